import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Value } from '#privacy/field-type.js';
import { PEOPLE, UTC_OFFSET, type Person } from '../../../../../test/sources/people.js';
import type { SigningKey } from '#exchange/keys.js';
import { httpResource, type HttpResource } from '../../config/department-resource.js';
import { httpSource, type HttpSourceConfig } from '../../config/department-source.js';
import { localTime } from '../mysql/local-time.js';
import { HttpSource } from './http.source.js';

export const patient = new AbortController().signal;
const servers: Server[] = [];
const sources: HttpSource[] = [];

/** What `serve` and `open` have opened. */
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const source of sources.splice(0)) await source.close();
});

export async function listen(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/` };
}

export async function serve(listener: RequestListener): Promise<string> {
  const { server, url } = await listen(listener);
  servers.push(server);
  return url;
}

export function aConfig(url: string, changes: Partial<HttpSourceConfig> = {}): HttpSourceConfig {
  return { ...httpSource.parse({ kind: 'http', url, utcOffset: UTC_OFFSET, timeoutMs: 2000 }), ...changes };
}

export function aResource(from: object = {}): HttpResource {
  const fields = structuredClone<Record<string, object>>(PEOPLE.fields);
  const template = {
    path: '/people',
    query: { id: '{id.eq}', ids: '{id.in}', since: '{seen.gte}', from: '{small.between_from}', format: 'full' },
    rowsAt: '/result/people',
    ...from,
  };
  return httpResource.parse({
    ...PEOPLE,
    key: ['id'],
    from: template,
    fields: { ...fields, name: { ...fields.name, at: '/person/full~1name' } },
  });
}

export function open(
  url: string,
  resource = aResource(),
  changes: Partial<HttpSourceConfig> = {},
  key?: SigningKey,
): HttpSource {
  const source = new HttpSource(aConfig(url, changes), [resource], key);
  sources.push(source);
  return source;
}

/** As a careless API writes it: numbers of any size as JSON numbers, times without a zone, a name further down. */
export function asJson({ name, big, amount, local, ...person }: Person): object {
  return {
    ...person,
    person: { 'full/name': name },
    big: asNumber(big),
    amount: asNumber(amount),
    ...(local === null ? {} : { local: localTime(String(local), UTC_OFFSET) }),
  };
}

/** Marked, so that jsonText can write it without quotes: JavaScript has no number for it. */
export const asNumber = (value: Value) => (value === null ? null : `#${String(value)}#`);

export function jsonText(value: object): string {
  return JSON.stringify(value).replace(/"#(-?[0-9.]+)#"/g, '$1');
}

export function answerOf(rows: readonly Person[]): string {
  return jsonText({ result: { people: rows.map(asJson) } });
}
