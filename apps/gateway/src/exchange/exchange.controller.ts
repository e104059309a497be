import { Body, Controller, Headers, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { exchangeAnswer } from '#exchange/answer.js';
import { exchangeRequest, LIMITS } from '#exchange/exchange-request.js';
import { Problem } from '#exchange/problem.js';
import { JsonAnswer, JsonBody } from '#platform/http/openapi.js';
import { childTraceparent } from '#platform/trace.js';
import { exampleExchange } from '../documentation/examples.js';
import { SignedOperation } from '../documentation/signed-operation.js';
import type { AuthenticCaller } from '../signature/authentic-caller.js';
import { Caller, SignatureGuard } from '../signature/signature.guard.js';
import { exchangeProblems } from './exchange-problems.js';
import { ExchangeMetrics } from './exchange-metrics.js';
import { StopSignal } from './stop-signal.js';
import { ExchangeService } from './exchange.service.js';

@ApiTags('exchange')
@Controller('v1/exchange')
@UseGuards(SignatureGuard)
export class ExchangeController {
  constructor(
    private readonly exchange: ExchangeService,
    private readonly metrics: ExchangeMetrics,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: "Ask another department's system for records",
    description:
      'Released is what an agreement grants and nothing else. The access is on record before the answer leaves.',
  })
  @JsonBody(exchangeRequest, exampleExchange)
  @JsonAnswer(exchangeAnswer, {
    description: 'The records, what the adapter signed of them, and where the proof will be',
  })
  @SignedOperation(...exchangeProblems)
  async ask(
    @Caller() caller: AuthenticCaller,
    @Body() body: unknown,
    @Headers('traceparent') parent: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!Buffer.isBuffer(body)) throw new Problem('MALFORMED_JSON', 'the body is empty');
    if (body.length > LIMITS.bodyBytes) throw new Problem('BODY_TOO_LARGE');
    const stop = new StopSignal();
    // Also when all is answered, and then there is nothing left to stop.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) stop.stop('the caller left');
    });
    const asking = { caller, body, traceparent: childTraceparent(parent), stop };
    const answer = await this.metrics.measure(() => this.exchange.ask(asking));
    await reply.type('application/json').send(answer);
  }
}
