import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';
import { FailureBudget } from '#platform/failure-budget.js';
import { WitnessService, type WitnessAnswer } from './witness.service.js';

/** Where a log posts its checkpoints, and where anyone reads what was cosigned. */
export const WITNESS_PATH = 'witness';
export const ADD_CHECKPOINT = 'add-checkpoint';

const TEXT = 'text/plain; charset=utf-8';
/** Refused requests of one address: so many at once, and so many a second after that. */
const REFUSED = { burst: 100, perSecond: 10 };

/**
 * c2sp.org/tlog-witness, under the submission and monitoring prefix `/witness`. Anybody may call it: what counts is the
 * log's signature in the body. Answers are of that specification, and no problems.
 */
@ApiExcludeController()
@Controller(WITNESS_PATH)
export class WitnessController {
  private readonly refusals = new FailureBudget(REFUSED.burst, REFUSED.perSecond);

  constructor(private readonly witness: WitnessService) {}

  @Post(ADD_CHECKPOINT)
  async add(@Req() { ip }: FastifyRequest, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    if (!this.refusals.isLeft(ip, Date.now())) throw new Problem('TOO_MANY_FAILURES');
    const answer = await this.witness.add(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
    if (answer.status !== 200) this.refusals.spend(ip, Date.now());
    await reply
      .status(answer.status)
      .type(answer.status === 409 ? 'text/x.tlog.size' : TEXT)
      .send(textOf(answer));
  }

  @Get(':origin/checkpoint')
  async last(@Param('origin') originHash: string, @Res() reply: FastifyReply): Promise<void> {
    const note = await this.witness.last(originHash);
    if (note === undefined) throw new Problem('NOT_FOUND', 'no checkpoint of such a log was cosigned');
    await reply.header('cache-control', 'no-cache').type(TEXT).send(note);
  }
}

function textOf(answer: WitnessAnswer): string {
  if (answer.status === 200) return answer.signatures;
  return `${answer.status === 409 ? answer.size : answer.reason}\n`;
}
