import { createHash } from 'node:crypto';
import { accessDecidedV1 } from '#events/access-decided.v1.js';
import { accessFailedV1 } from '#events/access-failed.v1.js';
import { accessReleasedV1 } from '#events/access-released.v1.js';
import type { SluiceEvent } from '#events/contract.js';
import { encode } from '#events/encode.js';
import { NOTHING_BEFORE, link, type Beside, type NextPlace } from '#events/link.js';
import { NOON, aDenial, aFailure, aPermit, aRelease } from './exchange.fixture.js';

const departments = ['population', 'civil', 'housing', 'planning'];

/** The same numbers each time, from 0 to 1 (mulberry32). */
export function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Records of one sequence after which the next one names the others anew. */
const NAMES_EVERY = 1000;

/**
 * So many exchanges without a fault, in the order in which they were recorded: each gateway lane and adapter in a sequence,
 * of which the first record and now and then another one names what the others of its source end with.
 */
export function cleanTraffic(exchanges: number, chance: () => number, salt = ''): SluiceEvent[] {
  const chains = new Map<string, NextPlace>();
  const written = (writer: string, event: SluiceEvent): SluiceEvent => {
    const first = chains.get(writer) ?? { chain: uuid(`${salt} ${writer}`), number: 1, previous: NOTHING_BEFORE };
    const isNaming = first.number % NAMES_EVERY === 1;
    const { linked, next } = link(
      [event],
      isNaming ? { ...first, beside: besideOf(writer, event.source, chains) } : first,
    );
    chains.set(writer, next);
    return linked[0] ?? event;
  };
  return Array.from({ length: exchanges }, (_, at) => {
    const lane = `gateway ${Math.floor(chance() * 3)}`;
    const provider = departments[at % departments.length] ?? '';
    return eventsOf(uuid(`${salt} exchange ${at}`), NOON + at * 2, provider, chance()).map((event) =>
      written(event.source === 'gateway' ? lane : event.source, event),
    );
  }).flat();
}

function besideOf(writer: string, source: string, chains: ReadonlyMap<string, NextPlace>): Beside {
  const others = [...chains].filter(([name]) => name !== writer && name.startsWith(source));
  return {
    database: uuid(`database of ${source}`),
    heads: others.map(([, { chain, number, previous }]) => ({ chain, leaf: previous, number: number - 1 })),
  };
}

function eventsOf(id: string, at: number, provider: string, chance: number): SluiceEvent[] {
  const envelope = { key: id };
  const head = { id, time: new Date(at).toISOString() };
  const asked = { ...head, resource: `${provider}/register` };
  const digest = createHash('sha256').update(id).digest('base64url');
  if (chance < 0.1) return [encode(accessDecidedV1, withoutUndefined(aDenial(asked)), envelope)];
  const permit = encode(accessDecidedV1, aPermit({ ...asked, decision: digest }), envelope);
  const source = `adapter/${provider}`;
  const release = encode(accessReleasedV1, aRelease({ ...asked, source, decision: digest }), envelope);
  const failure = encode(accessFailedV1, aFailure(asked), envelope);
  if (chance < 0.15) return [permit, failure];
  return chance < 0.2 ? [permit, release, failure] : [permit, release];
}

function withoutUndefined<Entry extends object>(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Entry;
}

function uuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-8$3-8$4-$5');
}
