import { connect } from 'node:net';

/** As it goes over the wire, whether a client would send it or not. */
export interface RawRequest {
  /** GET if left out. */
  readonly method?: string;
  readonly target: string | Buffer;
  /** A name whose values are several comes as often. */
  readonly headers?: Readonly<Record<string, string | number | readonly string[]>>;
  /** Sent as JSON, unless `headers` say otherwise. */
  readonly body?: Buffer;
}

export interface RawAnswer {
  /** 0 where the connection was closed on the question. */
  readonly status: number;
  readonly body: string;
}

/** Sends these bytes to the service at `url`, on a connection of their own. */
export async function sendBytes(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  // A request that is too long is answered, and cut off while it is still being sent.
  await new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), body };
}

export function sendRaw(url: string, request: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', target, headers = {}, body = Buffer.alloc(0) } = request;
  const type = body.length === 0 ? {} : { 'content-type': 'application/json', 'content-length': body.length };
  const fields = Object.entries({ host: 'l', connection: 'close', ...type, ...headers });
  const lines = fields.flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${String(value)}\r\n`));
  const first = [Buffer.from(`${method} `), Buffer.from(target), Buffer.from(' HTTP/1.1\r\n')];
  return sendBytes(url, Buffer.concat([...first, Buffer.from(`${lines.join('')}\r\n`, 'latin1'), body]));
}
