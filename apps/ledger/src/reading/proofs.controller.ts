import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Problem } from '#exchange/problem.js';
import { encodeBase64 } from '#merkle/base64.js';
import { nodeTreeHash } from '#merkle/node-cryptography.js';
import { checkShape } from '#platform/http/json-body.js';
import { JsonAnswer, Problems } from '#platform/http/openapi.js';
import { ShardLogs } from '../shards/shard-log.js';
import { findLog, requirePublished } from './find-log.js';
import {
  consistencyAnswer,
  consistencyQuery,
  inclusionAnswer,
  inclusionQuery,
  shardParameter,
  wholeNumber,
} from './ledger-answers.schema.js';
import { consistencyBetween, inclusionIn, readEntry } from './log-reader.js';

@ApiTags('proofs')
@Controller('v1/proofs')
export class ProofsController {
  constructor(private readonly logs: ShardLogs) {}

  @Get('inclusion')
  @ApiOperation({ summary: 'That an entry is in the tree of a size' })
  @ApiQuery({ name: 'size', required: false, schema: wholeNumber, description: 'By default that of the checkpoint' })
  @ApiQuery({ name: 'index', schema: { ...wholeNumber, example: 0 } })
  @ApiQuery({ name: 'shard', schema: { ...shardParameter, example: 0 } })
  @JsonAnswer(inclusionAnswer, { description: 'The proof' })
  @Problems('INVALID_REQUEST', 'NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async inclusion(@Query() query: unknown): Promise<z.output<typeof inclusionAnswer>> {
    const { shard, index, ...asked } = checkShape(query, inclusionQuery);
    const log = findLog(this.logs, shard);
    const size = asked.size ?? log.published.head.size;
    requirePublished(log, Math.max(size, index + 1));
    if (index >= size) throw outOfOrder('/index', 'must be below the size');
    const [entry, proof] = await Promise.all([
      readEntry(log.published, index),
      inclusionIn(log.published, index, size),
    ]);
    const leaf = encodeBase64(nodeTreeHash.leaf(entry));
    return { shard, origin: log.shard.origin, index, leaf, size, ...inBase64(proof) };
  }

  @Get('consistency')
  @ApiOperation({ summary: 'That the tree of one size begins with the tree of a smaller one' })
  @ApiQuery({ name: 'to', required: false, schema: wholeNumber, description: 'By default that of the checkpoint' })
  @ApiQuery({ name: 'from', schema: { ...wholeNumber, example: 0 } })
  @ApiQuery({ name: 'shard', schema: { ...shardParameter, example: 0 } })
  @JsonAnswer(consistencyAnswer, { description: 'The proof' })
  @Problems('INVALID_REQUEST', 'NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async consistency(@Query() query: unknown): Promise<z.output<typeof consistencyAnswer>> {
    const { shard, from, ...asked } = checkShape(query, consistencyQuery);
    const log = findLog(this.logs, shard);
    const to = asked.to ?? log.published.head.size;
    requirePublished(log, Math.max(from, to));
    if (from > to) throw outOfOrder('/from', 'must not be above `to`');
    const proof = await consistencyBetween(log.published, from, to);
    return { shard, origin: log.shard.origin, from, to, ...inBase64(proof) };
  }
}

function inBase64({ root, hashes }: { root: Uint8Array; hashes: readonly Uint8Array[] }) {
  return { root: encodeBase64(root), hashes: hashes.map(encodeBase64) };
}

function outOfOrder(pointer: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', undefined, { errors: [{ pointer, message }] });
}
