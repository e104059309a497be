import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ERASURE_HEADER, erasureAnswer, erasureRequest, type ErasureAnswer } from '#exchange/erasure.js';
import { ErasureService } from '#platform/erasure/erasure.service.js';
import { parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody, Problems } from '#platform/http/openapi.js';
import { OperatorOrders } from '#platform/orders/operator-orders.js';
import { childTraceparent } from '#platform/trace.js';
import { exampleErasure, exampleOrder } from '../documentation/examples.js';

@ApiTags('erasure')
@Controller('v1/erasures')
export class ErasureController {
  constructor(
    private readonly orders: OperatorOrders,
    private readonly erasures: ErasureService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Destroy what this department holds of its releases about a person. Every proof stays valid',
    description:
      'Detail, nonce and decision of each release whose request named the subject or whose rows were about it, and of ' +
      'those that are named. Ordered by an operator of this department: a compact JWS over the digest of the body, as ' +
      '`sluice subject erase` sends it. An order is good once; a new one for the same is safe. Nobody can order it from this page: tried out here, it is refused: ' +
      '403 `OPERATOR_REQUIRED`.',
  })
  @ApiHeader({
    name: ERASURE_HEADER,
    required: true,
    description: "The operator's order: a compact JWS, good once, for a minute at the most. The example is nobody's",
    schema: { type: 'string', example: exampleOrder },
  })
  @JsonBody(erasureRequest, exampleErasure)
  @JsonAnswer(erasureAnswer, { description: 'How many, and which exchanges' })
  @Problems(
    ...(['OPERATOR_REQUIRED', 'ORDER_INVALID', 'MALFORMED_JSON', 'INVALID_REQUEST', 'MEDIA_TYPE_UNSUPPORTED'] as const),
    ...(['BODY_TOO_LARGE', 'RECORD_UNAVAILABLE', 'REPLAYED'] as const),
  )
  async erase(
    @Headers(ERASURE_HEADER) order: string | undefined,
    @Headers('traceparent') parent: string | undefined,
    @Body() body: unknown,
  ): Promise<ErasureAnswer> {
    const kid = await this.orders.take(order, body);
    const by = { key: `key:${kid}`, traceparent: childTraceparent(parent) };
    return this.erasures.erase(parseBody(body, erasureRequest), by);
  }
}
