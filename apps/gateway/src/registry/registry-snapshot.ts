import type { KeyObject } from 'node:crypto';
import type { LegalBasis } from '#exchange/exchange-request.js';
import { importPublicJwk, type PublicJwk } from '#exchange/keys.js';
import type { Title } from '#exchange/names.js';
import type { Agreement } from '#policy/agreement.js';
import { AgreementIndex } from '#policy/agreement-index.js';
import type { Resource } from '#policy/resource.js';
import type { RegisteredKey } from '../signature/key-registry.js';
import type { StoredRegistry } from './stored-registry.js';

export interface Department {
  readonly id: string;
  readonly title: Title;
  readonly adapterUrl: string | undefined;
  /** What releases are verified with, by kid. */
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** The registry at one version, made ready: nothing is parsed or built for a request. Never changed once it is built. */
export interface RegistrySnapshot {
  readonly version: string;
  readonly departments: ReadonlyMap<string, Department>;
  /** By id, in the order of ids. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly keys: ReadonlyMap<string, RegisteredKey>;
  readonly agreements: AgreementIndex;
  /**
   * Whether there is an agreement between the two that this release cannot read, or may be. It binds like any other: the rest
   * would permit what it forbids.
   */
  readonly isUnread: (consumer: string, resource: string) => boolean;
  readonly vocabulary: Vocabulary;
}

/** Purposes and legal bases that some agreement names. A caller's other words stay out of the log. */
export interface Vocabulary {
  readonly purposes: ReadonlySet<string>;
  basis(asked: LegalBasis): LegalBasis | undefined;
}

/** Keys are read once for as long as the process runs: rebuilding costs no cryptography. By kid, which is a thumbprint. */
export type KeyCache = Map<string, KeyObject>;

export function buildSnapshot(stored: StoredRegistry, cache: KeyCache): RegistrySnapshot {
  const resources = stored.resources.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    version: stored.version,
    departments: new Map(
      stored.departments.map(({ id, content: { title, adapterUrl, keys } }) => [
        id,
        { id, title, adapterUrl, keys: new Map(keys.map((jwk) => readKey(jwk, cache))) },
      ]),
    ),
    resources: new Map(resources.map((resource) => [resource.id, resource])),
    keys: new Map(stored.keys.map((key) => [key.kid, toRegisteredKey(key, cache)])),
    agreements: new AgreementIndex(resources, stored.agreements),
    isUnread: unreadIn(stored.unreadable),
    vocabulary: vocabularyOf(stored.agreements),
  };
}

function unreadIn(rows: StoredRegistry['unreadable']): RegistrySnapshot['isUnread'] {
  const agreements = rows.filter(({ list }) => list === 'agreements');
  return (consumer, resource) =>
    agreements.some(
      ({ between }) => between === undefined || (between.consumer === consumer && between.resource === resource),
    );
}

function toRegisteredKey(key: StoredRegistry['keys'][number], cache: KeyCache): RegisteredKey {
  return {
    system: key.system,
    publicKey: readKey(key.jwk, cache)[1],
    notBefore: toDate(key.notBefore),
    notAfter: toDate(key.notAfter),
    revokedAt: toDate(key.revokedAt),
  };
}

function readKey(jwk: PublicJwk, cache: KeyCache): [string, KeyObject] {
  const known = jwk.kid === undefined ? undefined : cache.get(jwk.kid);
  if (jwk.kid !== undefined && known !== undefined) return [jwk.kid, known];
  const { kid, key } = importPublicJwk(jwk);
  cache.set(kid, key);
  return [kid, key];
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function vocabularyOf(agreements: readonly Agreement[]): Vocabulary {
  const bases = new Map(agreements.flatMap((one) => one.bases.map((basis) => [keyOf(basis), basis])));
  return {
    purposes: new Set(agreements.flatMap((one) => one.purposes)),
    basis: (asked) => bases.get(keyOf(asked)),
  };
}

/** Texts hold no NUL. */
function keyOf({ law, article }: LegalBasis): string {
  return `${law}\0${article}`;
}
