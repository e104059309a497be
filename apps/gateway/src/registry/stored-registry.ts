import { z } from 'zod';
import { departmentId, resourceId, systemId, title } from '#exchange/names.js';
import { publicJwkSchema } from '#exchange/keys.js';
import { agreement } from '#policy/agreement.js';
import { resource } from '#policy/resource.js';

/** What an operator says of a department, besides its resources. */
export const departmentContent = z.strictObject({
  title,
  /** Absent where the department only asks. */
  adapterUrl: z.string().optional(),
  /** What its adapter signs releases with. */
  keys: z.array(publicJwkSchema),
});
export type DepartmentContent = z.infer<typeof departmentContent>;

export const systemContent = z.strictObject({ title });
export type SystemContent = z.infer<typeof systemContent>;

const moment = z.iso.datetime({ offset: true });

/** A system's key as it is stored and shown. The validity is half-open; a revoked key is never valid again. */
export const keyContent = z.strictObject({
  kid: z.string(),
  jwk: publicJwkSchema,
  notBefore: moment.optional(),
  notAfter: moment.optional(),
  revokedAt: moment.optional(),
});
export type KeyContent = z.infer<typeof keyContent>;

const lists = {
  departments: z.strictObject({ id: departmentId, content: departmentContent }),
  resources: resource,
  systems: z.strictObject({ id: systemId, content: systemContent }),
  keys: keyContent.extend({ system: systemId }),
  /** The newest version of each. */
  agreements: agreement,
};
type List = keyof typeof lists;

const rows = z.strictObject({
  version: z.string(),
  departments: z.array(z.unknown()),
  resources: z.array(z.unknown()),
  systems: z.array(z.unknown()),
  keys: z.array(z.unknown()),
  agreements: z.array(z.unknown()),
});

/** The whole of what the gateway decides by, at one moment. */
export type StoredRegistry = { readonly [Name in List]: readonly z.output<(typeof lists)[Name]>[] } & {
  readonly version: string;
  /** Rows of a newer release that this one cannot read. They are left out, so they permit nothing. */
  readonly unreadable: readonly UnreadableRow[];
};

export interface UnreadableRow {
  readonly list: List;
  readonly reason: string;
  /** Of an agreement: between whom and what it is. Absent where not even that can be read. */
  readonly between?: { readonly consumer: string; readonly resource: string } | undefined;
}

const parties = z.looseObject({ consumer: systemId, resource: resourceId });

export function readStoredRegistry(value: unknown): StoredRegistry {
  const raw = rows.parse(value);
  const unreadable: UnreadableRow[] = [];
  const read = <Name extends List>(list: Name): z.output<(typeof lists)[Name]>[] =>
    raw[list].flatMap((row) => {
      const result = lists[list].safeParse(row);
      if (result.success) return [result.data as z.output<(typeof lists)[Name]>];
      unreadable.push({ list, reason: z.prettifyError(result.error), between: parties.safeParse(row).data });
      return [];
    });
  return {
    version: raw.version,
    departments: read('departments'),
    resources: read('resources'),
    systems: read('systems'),
    keys: read('keys'),
    agreements: read('agreements'),
    unreadable,
  };
}
