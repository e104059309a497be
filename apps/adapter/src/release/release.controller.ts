import { Body, Controller, Headers, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { releasedData } from '#exchange/answer.js';
import { exchangeRequest } from '#exchange/exchange-request.js';
import { DECISION_HEADER, RELEASE_HEADER } from '#exchange/tokens.js';
import { JsonAnswer, JsonBody, Problems } from '#platform/http/openapi.js';
import { childTraceparent } from '#platform/trace.js';
import { exampleAnswer, exampleDecision, exampleRequest } from '../documentation/examples.js';
import { Decision, DecisionGuard } from './decision.guard.js';
import { ReleaseMetrics } from './release-metrics.js';
import { ReleaseService } from './release.service.js';
import type { VerifiedDecision } from './verify-decision.js';

@ApiTags('release')
@Controller('v1/release')
@UseGuards(DecisionGuard)
export class ReleaseController {
  constructor(
    private readonly releases: ReleaseService,
    private readonly metrics: ReleaseMetrics,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Release what a decision of the gateway grants',
    description:
      "The body is the caller's own, byte for byte. The answer is canonical JSON (RFC 8785); the header " +
      `\`${RELEASE_HEADER}\` signs it. A decision is good for one release. Called by the gateway alone: nothing but a ` +
      'decision that it has just signed opens this, so what is tried out here is refused: 401 `DECISION_INVALID`. Ask ' +
      'the gateway: `POST /v1/exchange`.',
  })
  @ApiHeader({
    name: DECISION_HEADER,
    required: true,
    description:
      "The gateway's decision: a compact JWS, good for a minute at the most. The example is another gateway's",
    schema: { type: 'string', example: exampleDecision },
  })
  @JsonBody(exchangeRequest, exampleRequest)
  @JsonAnswer(releasedData, { description: 'What is released', example: exampleAnswer })
  @Problems(
    ...(['MALFORMED_JSON', 'INVALID_REQUEST', 'FIELD_UNKNOWN', 'FILTER_INVALID', 'CURSOR_INVALID'] as const),
    ...(['BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'RESOURCE_UNKNOWN'] as const),
    ...(['DECISION_INVALID', 'DECISION_EXPIRED', 'DECISION_NOT_FOR_US', 'DECISION_USED', 'DECISION_EXCEEDED'] as const),
    ...(['SOURCE_UNAVAILABLE', 'SOURCE_TIMEOUT', 'SOURCE_ANSWER_INVALID', 'RECORD_UNAVAILABLE'] as const),
  )
  async release(
    @Decision() decision: VerifiedDecision,
    @Body() body: unknown,
    @Headers('traceparent') parent: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const abandoned = new AbortController();
    // Also when all is answered, and then there is nothing left to abandon.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) abandoned.abort();
    });
    const asking = { decision, body, traceparent: childTraceparent(parent), signal: abandoned.signal };
    const { data, release } = await this.metrics.measure(() => this.releases.release(asking));
    await reply.type('application/json').header(RELEASE_HEADER, release).send(data);
  }
}
