import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { encodeBase64 } from '#merkle/base64.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { checkShape } from '#platform/http/json-body.js';
import { JsonAnswer, Problems } from '#platform/http/openapi.js';
import { ShardLogs } from '../shards/shard-log.js';
import { findLog, requirePublished } from './find-log.js';
import {
  entriesPage,
  entriesQuery,
  entryPath,
  shardParameter,
  singleEntry,
  wholeNumber,
} from './ledger-answers.schema.js';
import { proofOf, readEntry } from './log-reader.js';
import { newestEntries, readText } from './newest-entries.js';

@ApiTags('log')
@Controller('v1/entries')
export class EntriesController {
  constructor(private readonly logs: ShardLogs) {}

  @Get()
  @ApiOperation({ summary: 'The newest published entries' })
  @ApiQuery({ name: 'shard', required: false, schema: shardParameter, description: 'Of this shard alone' })
  @ApiQuery({ name: 'cursor', required: false, schema: { type: 'string' }, description: '`next` of the page before' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } })
  @JsonAnswer(entriesPage, { description: 'A page. By index within a shard, by time among shards' })
  @Problems('INVALID_REQUEST', 'CURSOR_INVALID', 'NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async list(@Query() query: unknown): Promise<z.output<typeof entriesPage>> {
    const { limit, cursor, shard } = checkShape(query, entriesQuery);
    const logs = shard === undefined ? this.logs.all : [findLog(this.logs, shard)];
    const { entries, next } = await newestEntries(logs, limit, cursor);
    return {
      entries: entries.map(({ log, index, entry, text }) => ({
        shard: log.shard.number,
        origin: log.shard.origin,
        index,
        leaf: leafOf(text),
        entry,
      })),
      ...(next === undefined ? {} : { next }),
    };
  }

  @Get(':shard/:index')
  @ApiOperation({ summary: 'One published entry with its offline proof' })
  @ApiParam({ name: 'index', schema: { ...wholeNumber, example: 0 } })
  @ApiParam({ name: 'shard', schema: { ...shardParameter, example: 0 } })
  @JsonAnswer(singleEntry, { description: 'The entry' })
  @Problems('INVALID_REQUEST', 'NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async get(@Param() path: unknown): Promise<z.output<typeof singleEntry>> {
    const { shard, index } = checkShape(path, entryPath);
    const log = findLog(this.logs, shard);
    requirePublished(log, index + 1);
    const [bytes, proof] = await Promise.all([readEntry(log.published, index), proofOf(log.published, index)]);
    const { text, entry } = readText(bytes);
    return { shard, origin: log.shard.origin, index, leaf: leafOf(text), entry, text, proof };
  }
}

function leafOf(text: string): string {
  return encodeBase64(nodeTreeHash.leaf(Buffer.from(text)));
}
