import { z } from 'zod';
import { importPublicJwk, publicJwkSchema } from '#exchange/keys.js';
import { refuseWhatThrows } from '#exchange/refuse-what-throws.js';
import { code } from './contract.js';
import type { SourceKeys } from './source-check.js';

const usableKey = publicJwkSchema.superRefine((jwk, context) => {
  refuseWhatThrows(context, [], () => importPublicJwk(jwk));
});

/** Whose events are taken: each source once, with every key that it may sign with, an old one beside the new one. */
export const sourceList = z
  .strictObject({
    sources: z
      .array(z.strictObject({ source: code, keys: z.array(usableKey).min(1).max(16) }))
      .min(1)
      .max(10_000),
  })
  .refine(({ sources }) => new Set(sources.map(({ source }) => source)).size === sources.length, {
    path: ['sources'],
    message: 'a source is there twice',
  });
export type SourceList = z.output<typeof sourceList>;

/** Throws KeyError for a key that is none, or whose `kid` is not its thumbprint. */
export function sourceKeys({ sources }: SourceList): SourceKeys {
  return new Map(
    sources.map(({ source, keys }) => [
      source,
      new Map(keys.map((jwk) => importPublicJwk(jwk)).map(({ kid, key }) => [kid, key])),
    ]),
  );
}
