import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { JsonAnswer } from '#platform/http/openapi.js';
import { RootReader } from '../reading/root-reader.js';
import { ShardLogs } from '../shards/shard-log.js';
import { witnessList } from './witness-list.schema.js';
import type { WitnessState } from './witness-line.js';
import { Witnesses } from './witnesses.js';

@ApiTags('log')
@Controller('v1/witnesses')
export class WitnessesController {
  constructor(
    private readonly witnesses: Witnesses,
    private readonly logs: ShardLogs,
    private readonly root: RootReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Who cosigns checkpoints, how many must, and how far each of them is' })
  @JsonAnswer(witnessList, { description: 'Every witness that is asked' })
  list(): z.output<typeof witnessList> {
    const { policy, witnesses } = this.witnesses.asked;
    return {
      quorum: policy.quorum,
      witnesses: witnesses.map(({ text: { name, keys } }) => {
        const root = this.root.log.cosigner?.states.get(name);
        return { name, keys, shards: this.statesOf(name), ...(root === undefined ? {} : { root: shown(root) }) };
      }),
    };
  }

  private statesOf(name: string): z.output<typeof witnessList>['witnesses'][number]['shards'] {
    return this.logs.all.flatMap(({ shard, cosigner }) => {
      const state = cosigner?.states.get(name);
      return state === undefined ? [] : [{ shard: shard.number, ...shown(state) }];
    });
  }
}

function shown({ size, time, error }: WitnessState) {
  return {
    ...(size === undefined ? {} : { size }),
    ...(time === undefined ? {} : { cosignedAt: new Date(time * 1000).toISOString() }),
    ...(error === undefined ? {} : { error }),
  };
}
