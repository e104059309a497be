import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';
import { FailureBudget } from '#platform/failure-budget.js';
import { WitnessService, type WitnessAnswer } from './witness.service.js';

/** Where a log posts its checkpoints, and where anyone reads what was cosigned. */
const WITNESS_PATH = 'witness';
const ADD_CHECKPOINT = 'add-checkpoint';
/** Bytes: twice what c2sp.org/signed-note has notes grow to, 16 signatures of which post-quantum ones have 5 kB, with a proof. */
export const WITNESS_BODIES = new Map([[`/${WITNESS_PATH}/${ADD_CHECKPOINT}`, 256 * 1024]]);

const TEXT = 'text/plain; charset=utf-8';
/** Refused requests of one address that no log signed: so many at once, and so many a second after that. */
const REFUSED = { burst: 100, perSecond: 10 };

/**
 * c2sp.org/tlog-witness, under the submission and monitoring prefix `/witness`. Anybody may call it: what counts is the
 * log's signature in the body. Answers are of that specification, and no problems.
 *
 * Whatever a log signed is answered, since strangers may share its address; so every body is read as far as that signature,
 * which costs one verification a key of the log, some tens of microseconds, and no query. An address that sends too much
 * else is told nothing more of it, and pays with a connection for each.
 */
@ApiExcludeController()
@Controller(WITNESS_PATH)
export class WitnessController {
  private readonly refusals = new FailureBudget(REFUSED.burst, REFUSED.perSecond);

  constructor(private readonly witness: WitnessService) {}

  @Post(ADD_CHECKPOINT)
  async add(@Req() { ip }: FastifyRequest, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.witness.add(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
    if (answer.status !== 200 && !answer.isSigned && !this.refusals.spend(ip, this.witness.now().getTime())) {
      void reply.header('connection', 'close');
      throw new Problem('TOO_MANY_FAILURES');
    }
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
