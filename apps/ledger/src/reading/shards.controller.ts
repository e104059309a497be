import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { encodeBase64 } from '#merkle/base64.js';
import { JsonAnswer } from '#platform/http/openapi.js';
import { ShardLogs } from '../shards/shard-log.js';
import { shardList } from './ledger-answers.schema.js';

@ApiTags('log')
@Controller('v1/shards')
export class ShardsController {
  constructor(private readonly logs: ShardLogs) {}

  @Get()
  @ApiOperation({ summary: 'The logs of this ledger: names, keys, sizes, and where their tiles are' })
  @JsonAnswer(shardList, { description: 'Every shard, by number' })
  list(): z.output<typeof shardList> {
    return {
      shards: this.logs.all.map(({ shard, published: { head } }) => ({
        shard: shard.number,
        origin: shard.origin,
        vkey: shard.vkey,
        state: 'open',
        size: head.size,
        root: encodeBase64(head.root),
        prefix: `/${shard.path}/`,
        checkpoint: head.note,
      })),
    };
  }
}
