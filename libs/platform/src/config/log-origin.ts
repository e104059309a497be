import { z } from 'zod';

/** A host and any path, without a scheme: what stands before `/<shard>` in the names of a ledger's logs. */
export const logOrigin = z
  .string()
  .max(200)
  .regex(/^[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[a-z0-9][a-z0-9._-]*)*$/, 'a URL without a scheme, in lower case')
  // The logs are served under the path, beside the service's own.
  .refine((text) => !/^[^/]*\/(v1|health|metrics|docs)(\/|$)/.test(text), 'the path begins with one that is taken');
