import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { verifyOrder, type OrderTrust } from '#exchange/operator-order.js';
import { ERASURE_HEADER, erasureAnswer, erasureRequest, type ErasureAnswer } from '#exchange/erasure.js';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody, Problems } from '#platform/http/openapi.js';
import { childTraceparent } from '#platform/trace.js';
import { exampleErasure, exampleOrder } from '../documentation/examples.js';

export const ORDER_SETTINGS = Symbol('OrderSettings');
export interface OrderSettings extends OrderTrust {
  readonly now: () => Date;
}

@ApiTags('erasure')
@Controller('v1/erasures')
export class ErasureController {
  constructor(
    @Inject(ORDER_SETTINGS) private readonly settings: OrderSettings,
    private readonly erasures: ErasureService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Destroy what this department holds of its releases about a person. Every proof stays valid',
    description:
      'Detail, nonce and decision of each release whose request named the subject or whose rows were about it, and of ' +
      'those that are named. Ordered by an operator of this department: a compact JWS over the digest of the body, as ' +
      '`sluice subject erase` sends it. Safe to repeat. Nobody can order it from this page: tried out here, it is refused: ' +
      '403 `OPERATOR_REQUIRED`.',
  })
  @ApiHeader({
    name: ERASURE_HEADER,
    required: true,
    description: "The operator's order: a compact JWS, good for a minute at the most. The example is nobody's",
    schema: { type: 'string', example: exampleOrder },
  })
  @JsonBody(erasureRequest, exampleErasure)
  @JsonAnswer(erasureAnswer, { description: 'How many, and which exchanges' })
  @Problems(
    ...(['OPERATOR_REQUIRED', 'ORDER_INVALID', 'MALFORMED_JSON', 'INVALID_REQUEST', 'MEDIA_TYPE_UNSUPPORTED'] as const),
    ...(['BODY_TOO_LARGE', 'RECORD_UNAVAILABLE'] as const),
  )
  erase(
    @Headers(ERASURE_HEADER) order: string | undefined,
    @Headers('traceparent') parent: string | undefined,
    @Body() body: unknown,
  ): Promise<ErasureAnswer> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const kid = verifyOrder(order, bytes, this.settings, this.settings.now());
    const by = { key: `key:${kid}`, traceparent: childTraceparent(parent) };
    return this.erasures.erase(parseBody(body, erasureRequest), by);
  }
}
