import { EMPTY, of, throwError } from 'rxjs';
import type { EventBatch, ReceivedMessage, ReceivedPart } from '#events/transport.js';
import { EventServer, messageOf, retryDelay, type Rejected, type TransportState } from './event-server.js';

function aPart(messages: readonly ReceivedMessage[]): ReceivedPart {
  return { bytes: new Uint8Array(), unpack: () => messages };
}

const message: ReceivedMessage = { raw: new Uint8Array(), malformed: 'empty' };
const batch: EventBatch = {
  topic: 'topic',
  partition: 2,
  parts: [aPart([message]), aPart([message, message])],
};

/** A transport whose events the test brings itself. */
class ByHand extends EventServer {
  constructor() {
    const silent = () => undefined;
    super({ logger: { info: silent, warn: silent, error: silent } });
  }
  protected override start(): Promise<void> {
    this.startOver();
    return Promise.resolve();
  }
  override close(): Promise<void> {
    this.enter('closed', 'closed');
    return Promise.resolve();
  }
  async bring(of = batch): Promise<readonly Rejected[]> {
    return [...(await this.handle(of))];
  }
  handled(of: EventBatch): Promise<Iterable<Rejected>> {
    return this.handle(of);
  }
  succeed(stream: string): void {
    this.taken(stream);
  }
  fail(stream: string): void {
    this.notTaken(stream, 1, new Error(`${stream} is away`));
  }
  topicsOf(): string[] {
    return this.topics();
  }
}

function answering(answer: unknown): ByHand {
  const server = new ByHand();
  server.addHandler('topic', () => Promise.resolve(answer), true);
  return server;
}

describe('an event server', () => {
  it('takes an outcome as a value and, as Nest hands it on, as an observable', async () => {
    const outcome = { rejected: [{ part: 1, index: 1, reason: 'because' }] };
    const rejected = [{ part: 1, index: 1, reason: 'because', message }];
    await expect(answering(outcome).bring()).resolves.toEqual(rejected);
    await expect(answering(of(outcome)).bring()).resolves.toEqual(rejected);
  });

  it('takes the rejection of a whole part, whose messages it does not ask for', async () => {
    const outcome = { rejected: [{ part: 0, reason: 'because' }] };
    const unpack = () => {
      throw new Error('unpacked');
    };
    const sealed = { ...batch, parts: [{ bytes: new Uint8Array(), unpack }] };
    await expect(answering(outcome).bring(sealed)).resolves.toEqual(outcome.rejected);
  });

  it('unpacks a part of which something is rejected once, and when it is its turn', async () => {
    const unpacked: number[] = [];
    const parts = [0, 1].map((part) => ({
      bytes: new Uint8Array(),
      unpack: () => (unpacked.push(part), [message, message]),
    }));
    const places = [0, 0, 1].map((part, at) => ({ part, index: at % 2, reason: 'because' }));
    const seen: number[][] = [];
    for (const { part } of await answering({ rejected: places }).handled({ ...batch, parts })) {
      seen.push([part, ...unpacked]);
    }
    expect(seen).toEqual([
      [0, 0],
      [0, 0],
      [1, 0, 1],
    ]);
  });

  it('gives the handler the batch and where it came from', async () => {
    const server = new ByHand();
    let given: unknown[] = [];
    server.addHandler(
      'topic',
      (...args: unknown[]) => {
        given = args;
        return Promise.resolve({ rejected: [] });
      },
      true,
    );
    await server.bring();
    expect(given[0]).toBe(batch);
    expect(given[1]).toMatchObject({ args: ['topic', 2] });
  });

  it.each([
    ['nothing', undefined],
    ['no list', { rejected: true }],
    ['a rejection without a reason', { rejected: [{ part: 0, index: 0 }] }],
    ['a message that there is not', { rejected: [{ part: 0, index: 1, reason: 'because' }] }],
    ['a message of a part that there is not', { rejected: [{ part: 2, index: 0, reason: 'because' }] }],
    ['a part that there is not', { rejected: [{ part: 2, reason: 'because' }] }],
    ['an error', throwError(() => new Error('away'))],
    ['an observable of nothing', EMPTY],
  ])('does not take %s for an outcome', async (_, answer) => {
    await expect(answering(answer).bring()).rejects.toThrow();
  });

  it('says so where there is no handler, or more than one', async () => {
    await expect(new ByHand().bring()).rejects.toThrow('No handler for topic');
    const server = answering({ rejected: [] });
    expect(server.topicsOf()).toEqual(['topic']);
    server.addHandler('topic', () => Promise.resolve(of(1)), true);
    expect(() => server.topicsOf()).toThrow('topic has two handlers');
  });

  it('is ready from the start on, not while anything fails, and no more once closed', async () => {
    const server = new ByHand();
    const states: TransportState[] = [];
    server.status.subscribe((state) => states.push(state));
    const check = () => {
      server.check();
    };
    expect(check).toThrow('starting');
    server.listen(() => undefined);
    expect(check).not.toThrow();
    server.fail('a/0');
    server.fail('a/1');
    server.succeed('a/0');
    expect(check).toThrow('retrying: a/1 is away');
    server.succeed('a/1');
    expect(check).not.toThrow();
    await server.close();
    expect(check).toThrow('closed');
    expect(states).toEqual(['running', 'retrying', 'running', 'closed']);
  });

  it('stays closed, whatever else is reported', async () => {
    const server = new ByHand();
    server.listen(() => undefined);
    await server.close();
    server.succeed('a/0');
    server.listen(() => undefined);
    expect(() => {
      server.check();
    }).toThrow('closed');
  });

  it('belongs to nobody else', () => {
    expect(() => new ByHand().on()).toThrow();
    expect(() => new ByHand().unwrap()).toThrow();
  });
});

describe('retryDelay', () => {
  it('doubles from a tenth of a second to five seconds, and stays there', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 5_000].map(retryDelay)).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000,
    ]);
  });
});

describe('messageOf', () => {
  it.each([
    [new Error('away'), 'away'],
    [{ status: 'error', message: 'Internal server error' }, 'Internal server error'],
    [{ message: 7 }, '[object Object]'],
    [null, 'null'],
    ['text', 'text'],
  ])('has words for %j', (error, words) => {
    expect(messageOf(error)).toBe(words);
  });
});
