import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { encodeBase64 } from '#merkle/base64.js';
import { SHARD_LIST } from '#merkle/log-paths.js';
import { JsonAnswer } from '#platform/http/openapi.js';
import { ShardLogs, type ReadableLog } from '../shards/shard-log.js';
import { shardList } from './ledger-answers.schema.js';
import { RootReader } from './root-reader.js';

@ApiTags('log')
@Controller('v1/shards')
export class ShardsController {
  constructor(
    private readonly logs: ShardLogs,
    private readonly root: RootReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The logs of this ledger: names, keys, sizes, and where their tiles are' })
  @JsonAnswer(shardList, { description: 'Every shard by number, closed ones included, and what ties them together' })
  list(): z.output<typeof shardList> {
    const { family, log, keeper } = this.root;
    return {
      shards: this.logs.all.map(({ partition, ...shard }) => ({
        shard: shard.shard.number,
        partition,
        state: this.logs.isClosed(shard.shard.number) ? 'closed' : 'open',
        ...served(shard),
      })),
      root: served(log),
      family: {
        origin: family.origin,
        vkey: family.vkey,
        list: `/${[family.path, SHARD_LIST].filter(Boolean).join('/')}`,
        ...(keeper.list === undefined ? {} : { version: keeper.list.list.version }),
      },
    };
  }
}

function served({ shard, published: { head } }: ReadableLog) {
  return {
    ...{ origin: shard.origin, vkey: shard.vkey, size: head.size, root: encodeBase64(head.root) },
    ...{ prefix: `/${shard.path}/`, checkpoint: head.note },
  };
}
