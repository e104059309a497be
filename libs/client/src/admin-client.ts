import { z } from 'zod';
import { erasureAnswer, type ErasureAnswer } from '#exchange/erasure.js';
import { publicJwkSchema, type PublicJwk } from '#exchange/keys.js';
import { departmentId, systemId, title, type Title } from '#exchange/names.js';
import { agreement, type Agreement } from '#policy/agreement.js';
import { resource, type Resource } from '#policy/resource.js';
import { eraseInParts, type Erasure } from './erasure.js';
import { readAnswer } from './http-call.js';
import { pages } from './pages.js';
import { SignedCalls, type SignedCallsOptions } from './signed-calls.js';

// The gateway has these shapes too, and is strict about what it stores. What it answers is read leniently: a newer one may say more.
const moment = z.iso.datetime({ offset: true });
const registeredKey = z.object({
  kid: z.string(),
  jwk: publicJwkSchema,
  notBefore: moment.optional(),
  notAfter: moment.optional(),
  revokedAt: moment.optional(),
});
export type RegisteredKey = z.output<typeof registeredKey>;

const registeredSystem = z.object({ id: systemId, title, keys: z.array(registeredKey) });
export type RegisteredSystem = z.output<typeof registeredSystem>;

const registeredDepartment = z.object({
  id: departmentId,
  title,
  adapterUrl: z.string().optional(),
  keys: z.array(publicJwkSchema),
  resources: z.array(resource),
});
export type RegisteredDepartment = z.output<typeof registeredDepartment>;

export interface DepartmentToRegister {
  readonly id: string;
  readonly title: Title;
  readonly adapterUrl?: string;
  readonly keys: readonly PublicJwk[];
  readonly resources: readonly Resource[];
}

export interface Validity {
  /** RFC 3339. */
  readonly notBefore?: string;
  /** RFC 3339, exclusive. */
  readonly notAfter?: string;
}

/**
 * The gateway's registry, as an operator changes it. Every change is safe to repeat. Throws ClientError: REFUSED with the
 * problem (OPERATOR_REQUIRED, INVALID_REQUEST, NOT_FOUND, CONFLICT), UNREACHABLE, ANSWER_UNREADABLE.
 */
export class AdminClient {
  private readonly calls: SignedCalls;

  constructor(options: SignedCallsOptions) {
    this.calls = new SignedCalls(options);
  }

  /** Registers a department with all its resources, or makes it what is given. */
  putDepartment({ id, ...body }: DepartmentToRegister): Promise<RegisteredDepartment> {
    return this.put(`departments/${encodeURIComponent(id)}`, body, registeredDepartment);
  }

  departments(): AsyncGenerator<RegisteredDepartment> {
    return pages(this.calls, '/v1/admin/departments', registeredDepartment);
  }

  putSystem(id: string, about: { readonly title: Title }): Promise<{ readonly id: string; readonly title: Title }> {
    return this.put(`systems/${id}`, about, registeredSystem.omit({ keys: true }));
  }

  systems(): AsyncGenerator<RegisteredSystem> {
    return pages(this.calls, '/v1/admin/systems', registeredSystem);
  }

  /** Registers a key, or changes its validity. Several keys may be valid at once. */
  putKey(system: string, kid: string, key: Validity & { readonly jwk: PublicJwk }): Promise<RegisteredKey> {
    return this.put(`systems/${system}/keys/${kid}`, key, registeredKey);
  }

  /** For ever. No gateway takes the key a second later. */
  async revokeKey(system: string, kid: string): Promise<RegisteredKey> {
    const { text } = await this.calls.send('POST', `/v1/admin/systems/${system}/keys/${kid}/revoke`, undefined);
    return readAnswer(text, registeredKey);
  }

  /** Registers an agreement or its next version. */
  putAgreement(body: Agreement): Promise<Agreement> {
    return this.put(`agreements/${encodeURIComponent(body.id)}`, body, agreement);
  }

  /** The newest version of each. */
  agreements(filter: { readonly consumer?: string; readonly resource?: string } = {}): AsyncGenerator<Agreement> {
    const query = new URLSearchParams(Object.entries(filter)).toString();
    return pages(this.calls, `/v1/admin/agreements${query === '' ? '' : `?${query}`}`, agreement);
  }

  /** Has the gateway destroy what it holds of a person's exchanges, or says how many there are. */
  erase(erasure: Erasure): Promise<ErasureAnswer> {
    return eraseInParts(erasure, async (body) => {
      const { text } = await this.calls.send('POST', '/v1/admin/erasures', body);
      return readAnswer(text, erasureAnswer);
    });
  }

  private async put<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
    const { text } = await this.calls.send('PUT', `/v1/admin/${path}`, JSON.stringify(body));
    return readAnswer(text, schema);
  }
}
