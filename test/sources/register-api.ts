import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { RESIDENT, SLOW } from './department-suite.js';

/** A resident of whom the API says more than any limit allows. */
export const LONG = 'r-long';
const LONG_BYTES = 1_000_000;

export interface ApiRequest {
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

/** Whether an API trusts a request, whom that asks for, and what it answers where it does not have them. */
export interface ApiDialect {
  readonly trusts: (asked: ApiRequest) => boolean;
  readonly residentOf: (asked: ApiRequest) => string | undefined;
  readonly absent: readonly [status: number, body: object];
}

/** A department's own HTTP API on a free port, which answers 401 to whom it does not trust. */
export async function startRegisterApi(dialect: ApiDialect): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      answer(dialect, { request, body }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answer({ trusts, residentOf, absent }: ApiDialect, asked: ApiRequest, response: ServerResponse): void {
  const say = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
  if (!trusts(asked)) return void say(401, { error: 'who are you?' });
  const id = residentOf(asked);
  // It began, so a limit for the headers alone would not do. The rest never comes.
  if (id === SLOW) return void response.writeHead(200).write('{"result":');
  const found = [RESIDENT.resident_id, LONG].some((one) => one === id);
  if (!found) return void say(...absent);
  const { name, birth_date, household_size } = RESIDENT;
  const resident = { id, person: { name }, birth_date, household_size, remarks: '' };
  if (id === LONG) resident.remarks = 'x'.repeat(LONG_BYTES);
  say(200, { result: { residents: [resident] } });
}
