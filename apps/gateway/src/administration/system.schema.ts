import { z } from 'zod';
import { publicJwkSchema } from '#exchange/keys.js';
import { systemId, title } from '#exchange/names.js';
import { toUtc } from '#privacy/calendar.js';
import { keyContent } from '../registry/stored-registry.js';

export const registeredSystem = z.strictObject({ id: systemId, title, keys: z.array(keyContent) });
export type RegisteredSystem = z.infer<typeof registeredSystem>;

/** Databases hold, and give back in the same form, what is in the years 1 to 9999 of UTC. */
const moment = z.iso.datetime({ offset: true }).refine((text) => toUtc(text) !== undefined, 'is no time that is kept');

export const keyBody = z
  .strictObject({
    jwk: publicJwkSchema,
    notBefore: moment.optional(),
    notAfter: moment.optional().meta({ description: 'Exclusive' }),
  })
  .refine((one) => one.notBefore === undefined || one.notAfter === undefined || before(one.notBefore, one.notAfter), {
    path: ['notAfter'],
    message: 'must be after notBefore',
  });

function before(a: string, b: string): boolean {
  return Date.parse(a) < Date.parse(b);
}
