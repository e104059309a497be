import { z } from 'zod';
import { namedWitness, quorum } from '#exchange/witness-set.js';

const index = z.int().min(0);

const state = {
  size: index.optional().meta({ description: 'Of the checkpoint that it cosigned last, as far as is known' }),
  cosignedAt: z.iso.datetime().optional(),
  error: z.string().optional().meta({ description: 'Why it did not cosign when it was asked last' }),
};

export const witnessList = z.strictObject({
  quorum: quorum.meta({ description: 'How many must cosign a checkpoint before it is published' }),
  witnesses: z.array(
    namedWitness.extend({
      shards: z.array(z.strictObject({ shard: index, ...state })),
      root: z.strictObject(state).optional().meta({ description: 'Of the root log' }),
    }),
  ),
});
