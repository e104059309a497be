import { z } from 'zod';
import { publicJwkSchema } from '#exchange/keys.js';
import { systemId, title } from '#exchange/names.js';
import { keyContent } from '../registry/stored-registry.js';

export const registeredSystem = z.strictObject({ id: systemId, title, keys: z.array(keyContent) });
export type RegisteredSystem = z.infer<typeof registeredSystem>;

const moment = z.iso.datetime({ offset: true });

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
