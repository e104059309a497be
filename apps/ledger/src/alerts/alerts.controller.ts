import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { code } from '#events/contract.js';
import {
  ALERT_HEADER,
  alertDetails,
  alertNotes,
  alertNotesRequest,
  alertState,
  alertStates,
  alertStatement,
  alertsPage,
  noteErasure,
  type AlertDetails,
  type AlertNotes,
  type AlertsPage,
} from '#exchange/alert.js';
import { Problem, type ProblemCode } from '#exchange/problem.js';
import { checkShape, parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody, Problems } from '#platform/http/openapi.js';
import { OperatorOrders } from '#platform/orders/operator-orders.js';
import { childTraceparent } from '#platform/trace.js';
import { findingKinds } from '#reconcile/finding.js';
import { decimal } from '../reading/ledger-answers.schema.js';
import { AlertService } from './alert.service.js';
import { Speakers } from './speakers.js';

/** In the documentation, the id of the newest alert stands in its place, if there is one. */
export const EXAMPLE_ALERT = '01a206f5-0e2b-7c31-b0d6-0a41c1f1a7c2';

/** As PostgreSQL takes it, which has no year 0. */
const time = z.iso.datetime().refine((text) => !text.startsWith('0000'), 'there is no year 0');
const query = z.strictObject({
  limit: decimal.refine((value) => value >= 1 && value <= 200, 'from 1 to 200').default(50),
  cursor: z.uuid().optional(),
  state: alertState.optional(),
  kind: z.enum(findingKinds).optional(),
  owner: code.optional(),
  from: time.optional(),
  to: time.optional(),
});
const alertId = z.uuid().toLowerCase();

/** Documents an operation that is ordered, and how a page meets it. `whose`: who orders it. */
function Ordered(whose: string, ...problems: readonly ProblemCode[]) {
  return applyDecorators(
    ApiHeader({
      name: ALERT_HEADER,
      required: true,
      description:
        `${whose} order: a compact JWS (\`typ: sluice-alert+jwt\`) over the digest of the body, good once, for a minute at the ` +
        "most, as `sluice alert` sends it. The example is nobody's: tried out here, it is refused: 403 `OPERATOR_REQUIRED`",
      schema: { type: 'string', example: ORDER_OF_NOBODY },
    }),
    Problems(
      ...([
        'OPERATOR_REQUIRED',
        'ORDER_INVALID',
        'MALFORMED_JSON',
        'INVALID_REQUEST',
        'MEDIA_TYPE_UNSUPPORTED',
      ] as const),
      ...(['BODY_TOO_LARGE', 'NOT_FOUND', 'REPLAYED', 'RECORD_UNAVAILABLE', 'LEDGER_UNAVAILABLE'] as const),
      ...problems,
    ),
  );
}

const inBase64Url = (text: string) => Buffer.from(text).toString('base64url');
/** In the form of one, by a key that nobody has. */
const ORDER_OF_NOBODY = [
  inBase64Url('{"alg":"EdDSA","kid":"another-operator","typ":"sluice-alert+jwt"}'),
  inBase64Url('{"aud":"ledger@sluice.localhost/evidence"}'),
  Buffer.alloc(64).toString('base64url'),
].join('.');

const IdPath = () => ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid', example: EXAMPLE_ALERT } });
const exampleStatement = {
  ...{ alert: EXAMPLE_ALERT, reason: 'service-stopped', note: 'the gateway was killed' },
  salt: 'zBM7es03EuYsY-yrXu2Mkb3PVWBX7JPBgMJ6fqltXDY',
} as const;
const exampleErasure = { alert: EXAMPLE_ALERT, entry: EXAMPLE_ALERT, ground: 'purpose-fulfilled' } as const;
const OPERATORS = "An operator's";

@ApiTags('alerts')
@Controller('v1/alerts')
export class AlertsController {
  constructor(
    private readonly orders: OperatorOrders,
    private readonly speakers: Speakers,
    private readonly alerts: AlertService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What does not agree or is missing in the logs, the newest first' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } })
  @ApiQuery({ name: 'cursor', required: false, schema: { type: 'string' }, description: '`next` of the page before' })
  @ApiQuery({ name: 'state', required: false, schema: { type: 'string', enum: [...alertStates] } })
  @ApiQuery({ name: 'kind', required: false, schema: { type: 'string', enum: [...findingKinds] } })
  @ApiQuery({ name: 'owner', required: false, schema: { type: 'string', example: 'population' } })
  @ApiQuery({
    name: 'from',
    required: false,
    schema: { type: 'string', format: 'date-time' },
    description: 'Found then or later',
  })
  @ApiQuery({
    name: 'to',
    required: false,
    schema: { type: 'string', format: 'date-time' },
    description: 'Found before',
  })
  @JsonAnswer(alertsPage, { description: 'A page of them' })
  @Problems('INVALID_REQUEST', 'LEDGER_UNAVAILABLE')
  list(@Query() asked: unknown): Promise<AlertsPage> {
    const { limit, cursor, ...filter } = checkShape(asked, query);
    return this.alerts.list(filter, limit, cursor);
  }

  @Get(':id')
  @IdPath()
  @ApiOperation({
    summary: 'One alert with its evidence and its history. What operators noted is not in it',
    description: 'While there is none, the example is nobody’s: 404 `NOT_FOUND`.',
  })
  @JsonAnswer(alertDetails, { description: 'The alert' })
  @Problems('INVALID_REQUEST', 'NOT_FOUND', 'LEDGER_UNAVAILABLE')
  get(@Param('id') id: unknown): Promise<AlertDetails> {
    return this.alerts.get(checkShape(id, alertId));
  }

  @Post(':id/explain')
  @HttpCode(200)
  @IdPath()
  @ApiOperation({
    summary: 'Say why: an open alert becomes an explained one, and the log says by whom and for which reason',
    description:
      'The party that owns the alert says it by a key that its events are taken by, or an operator does. A note stays off the ' +
      'log, which commits to it.',
  })
  @JsonBody(alertStatement, { ...exampleStatement, state: 'explained' })
  @JsonAnswer(alertDetails, { description: 'The alert as it is now' })
  @Ordered("An operator's, or the owner's,", 'CONFLICT')
  explain(
    @Param('id') id: unknown,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Body() body: unknown,
  ): Promise<AlertDetails> {
    return this.change(id, 'explained', headers, body);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @IdPath()
  @ApiOperation({
    summary: 'Say that what had to be done is done: an explained alert becomes a resolved one',
    description: 'Operators alone say it, and where there are several, not the one that explained it.',
  })
  @JsonBody(alertStatement, { ...exampleStatement, state: 'resolved' })
  @JsonAnswer(alertDetails, { description: 'The alert as it is now' })
  @Ordered(OPERATORS, 'CONFLICT', 'SECOND_KEY_REQUIRED')
  resolve(
    @Param('id') id: unknown,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Body() body: unknown,
  ): Promise<AlertDetails> {
    return this.change(id, 'resolved', headers, body);
  }

  @Post(':id/notes')
  @HttpCode(200)
  @IdPath()
  @ApiOperation({ summary: 'What operators noted: for operators, since it may be about a person' })
  @JsonBody(alertNotesRequest, { alert: EXAMPLE_ALERT })
  @JsonAnswer(alertNotes, { description: 'Each by the event that commits to it in the log, with what opens that' })
  @Ordered(OPERATORS)
  async notes(
    @Param('id') id: unknown,
    @Headers(ALERT_HEADER) order: string | undefined,
    @Body() body: unknown,
  ): Promise<AlertNotes> {
    await this.orders.take(order, body);
    const { alert } = parseBody(body, alertNotesRequest);
    requireSame('/alert', alert, checkShape(id, alertId));
    return this.alerts.notes(alert);
  }

  @Post(':id/erase-note')
  @HttpCode(200)
  @IdPath()
  @ApiOperation({
    summary:
      'Destroy what was noted with a change of the alert, and what opens the commitment to it. Every proof stays valid',
    description: 'Who had it done and on which ground becomes an entry of the log. Safe to order again.',
  })
  @JsonBody(noteErasure, exampleErasure)
  @JsonAnswer(alertDetails, { description: 'The alert as it is now' })
  @Ordered(OPERATORS)
  async eraseNote(
    @Param('id') id: unknown,
    @Headers() { [ALERT_HEADER]: order, traceparent }: Readonly<Record<string, string | undefined>>,
    @Body() body: unknown,
  ): Promise<AlertDetails> {
    const kid = await this.orders.take(order, body);
    const erasure = parseBody(body, noteErasure);
    requireSame('/alert', erasure.alert, checkShape(id, alertId));
    return this.alerts.eraseNote(erasure, `key:${kid}`, childTraceparent(traceparent));
  }

  private async change(
    id: unknown,
    state: 'explained' | 'resolved',
    { [ALERT_HEADER]: order, traceparent }: Readonly<Record<string, string | undefined>>,
    body: unknown,
  ): Promise<AlertDetails> {
    const kid = await this.orders.take(order, body, this.speakers.keys);
    const said = parseBody(body, alertStatement);
    requireSame('/alert', said.alert, checkShape(id, alertId));
    requireSame('/state', said.state, state);
    return this.alerts.change(said, this.speakers.speakerOf(kid), childTraceparent(traceparent));
  }
}

/** An order is for its body: what the path says besides must be the same. */
function requireSame(pointer: string, said: string, asked: string): void {
  if (said === asked) return;
  throw new Problem('INVALID_REQUEST', undefined, { errors: [{ pointer, message: 'is not what the path says' }] });
}
