import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { Problem } from '#exchange/problem.js';
import { checkShape, parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody, Problems } from '#platform/http/openapi.js';
import { EventLookup } from './event-lookup.js';
import { eventEntries, sequencedAnswer, sequencedQuestion } from './ledger-answers.schema.js';

/** In the documentation, the id of the newest entry stands in its place. */
export const EXAMPLE_EVENT = '01930e4e-57c0-8f3a-9b1d-0242ac120002';
const EXAMPLE_LEAF = 'BJXpgBuKnZY1A5YLgssmPMlSvdWWO97yNHvUpeGdfLo';

@ApiTags('events')
@Controller('v1')
export class EventsController {
  constructor(private readonly events: EventLookup) {}

  @Get('events/:id')
  @ApiOperation({ summary: 'The published entries of an event, each with its offline proof' })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid', example: EXAMPLE_EVENT } })
  @JsonAnswer(eventEntries, { description: 'What is published of it so far, by type and index' })
  @Problems('INVALID_REQUEST', 'NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async get(@Param('id') id: unknown): Promise<z.output<typeof eventEntries>> {
    const entries = await this.events.published(checkShape(id, z.uuid()).toLowerCase());
    if (entries.length === 0) throw new Problem('NOT_FOUND', 'no entry of this event is published');
    return { entries: [...entries] };
  }

  @Post('sequenced')
  @HttpCode(200)
  @ApiOperation({ summary: 'Which of these events are committed to the log, byte for byte: what an outbox may forget' })
  @JsonBody(sequencedQuestion, { events: [{ id: EXAMPLE_EVENT, type: accessDecidedV1.type, leaf: EXAMPLE_LEAF }] })
  @JsonAnswer(sequencedAnswer, { description: 'Those that are, published already or soon' })
  @Problems('MALFORMED_JSON', 'INVALID_REQUEST', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'LEDGER_UNAVAILABLE')
  async sequenced(@Body() body: unknown): Promise<z.output<typeof sequencedAnswer>> {
    const { events } = parseBody(body, sequencedQuestion);
    return { sequenced: [...(await this.events.sequenced(events))] };
  }
}
