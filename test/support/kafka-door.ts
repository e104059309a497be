import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What becomes of one request: it never arrives, its answer is lost, it comes from a generation that is over (a commit of
 * offsets only), or it is done and answered with an error of Kafka's list all the same.
 */
export type RequestFault = 'request lost' | 'answer lost' | 'fenced' | { readonly code: number };

/** By Kafka's keys. */
const REQUESTS = {
  1: 'Fetch',
  8: 'OffsetCommit',
  9: 'OffsetFetch',
  10: 'FindCoordinator',
  11: 'JoinGroup',
  12: 'Heartbeat',
  14: 'SyncGroup',
} as const;
export type RequestName = (typeof REQUESTS)[keyof typeof REQUESTS];

/** Of a commit, of which the group and the generation come first, before Kafka's flexible versions. */
const LAST_PLAIN_VERSION = 7;
/** Length, correlation, and how long the client is to wait. */
const ANSWER_BODY = 12;

/** Stands before a broker, as the network does, and spoils the requests that a test wants to be spoilt. */
export class KafkaDoor {
  private planned: { readonly name: RequestName; readonly fault: RequestFault }[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly brokerPort: () => number) {
    this.server = createServer((client) => {
      this.pass(client);
    });
  }

  /** `brokerPort` is asked for at each connection: the broker may start later. */
  static async open(brokerPort: () => number): Promise<KafkaDoor> {
    const door = new KafkaDoor(brokerPort);
    await new Promise<void>((done) => door.server.listen(0, '127.0.0.1', done));
    return door;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many requests are still to be spoilt. */
  get left(): number {
    return this.planned.length;
  }

  /** The next request of this kind, after those of it that are to be spoilt already. */
  spoil(name: RequestName, fault: RequestFault): void {
    this.planned.push({ name, fault });
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  private pass(client: Socket): void {
    const broker = connect(this.brokerPort(), '127.0.0.1');
    for (const socket of [client, broker]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    const awaited = new Map<number, { readonly name: RequestName; readonly fault: RequestFault }>();
    const onRequest = (request: Buffer) => {
      const planned = this.faultOf(request);
      if (planned?.fault === 'request lost') client.destroy();
      if (planned?.fault === 'fenced') makeFenced(request);
      if (planned !== undefined) awaited.set(request.readInt32BE(8), planned);
      if (!client.destroyed) broker.write(request);
    };
    const onAnswer = (answer: Buffer) => {
      const { name, fault } = awaited.get(answer.readInt32BE(4)) ?? {};
      if (fault === 'answer lost') client.destroy();
      if (typeof fault === 'object') answer.writeInt16BE(fault.code, errorPlaceOf(name!, answer));
      if (!client.destroyed) client.write(answer);
    };
    client.on('data', eachWhole(onRequest));
    broker.on('data', eachWhole(onAnswer));
  }

  private faultOf(request: Buffer): { readonly name: RequestName; readonly fault: RequestFault } | undefined {
    const name = (REQUESTS as Record<number, RequestName>)[request.readInt16BE(4)];
    const found = this.planned.find((one) => one.name === name);
    this.planned = this.planned.filter((one) => one !== found);
    return found;
  }
}

/** Both directions have a length of four bytes before each message. */
function eachWhole(take: (message: Buffer) => void): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0);
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE()) {
      const end = 4 + waiting.readUInt32BE();
      const message = Buffer.from(waiting.subarray(0, end));
      waiting = waiting.subarray(end);
      take(message);
    }
  };
}

/** Length, key, version, correlation, client; group, generation. */
function makeFenced(request: Buffer): void {
  if (request.readInt16BE(6) > LAST_PLAIN_VERSION)
    throw new Error('a version of the commit that this door cannot read');
  const group = 14 + Math.max(0, request.readInt16BE(12));
  const generation = group + 2 + request.readInt16BE(group);
  request.writeInt32BE(request.readInt32BE(generation) + 1000, generation);
}

/** Of the first partition, where there is one for each, in the versions that KafkaJS asks for. */
function errorPlaceOf(name: RequestName, answer: Buffer): number {
  const ofFirstPartition = (topics: number) => topics + 4 + 2 + answer.readInt16BE(topics + 4) + 4 + 4;
  switch (name) {
    case 'Fetch':
      return ofFirstPartition(ANSWER_BODY + 2 + 4);
    case 'OffsetCommit':
      return ofFirstPartition(ANSWER_BODY);
    case 'OffsetFetch':
      return answer.length - 2;
    case 'FindCoordinator':
    case 'JoinGroup':
    case 'Heartbeat':
    case 'SyncGroup':
      return ANSWER_BODY;
  }
}
