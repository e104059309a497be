import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What becomes of one commit of offsets: it never arrives, its answer is lost, or it comes from a generation that is over. */
export type CommitFault = 'request lost' | 'answer lost' | 'fenced';

const OFFSET_COMMIT = 8;
/** Of which the group and the generation come first, before Kafka's flexible versions. */
const LAST_PLAIN_VERSION = 7;

/** Stands before a broker, as the network does, and spoils the commits of offsets that a test wants to be spoilt. */
export class KafkaDoor {
  private readonly planned: CommitFault[] = [];
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

  /** How many commits are still to be spoilt. */
  get left(): number {
    return this.planned.length;
  }

  /** The next commit, after those that are to be spoilt already. */
  spoil(fault: CommitFault): void {
    this.planned.push(fault);
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
    let losesAnswer = false;
    let waiting = Buffer.alloc(0);
    client.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE()) {
        const end = 4 + waiting.readUInt32BE();
        const request = Buffer.from(waiting.subarray(0, end));
        waiting = waiting.subarray(end);
        const fault = this.faultOf(request);
        if (fault === 'request lost') client.destroy();
        if (fault === 'answer lost') losesAnswer = true;
        if (fault === 'fenced') makeFenced(request);
        if (!client.destroyed) broker.write(request);
      }
    });
    broker.on('data', (bytes) => {
      if (losesAnswer) client.destroy();
      else client.write(bytes);
    });
  }

  private faultOf(request: Buffer): CommitFault | undefined {
    return request.readInt16BE(4) === OFFSET_COMMIT ? this.planned.shift() : undefined;
  }
}

/** Length, key, version, correlation, client; group, generation. */
function makeFenced(request: Buffer): void {
  if (request.readInt16BE(6) > LAST_PLAIN_VERSION)
    throw new Error('a version of the commit that this door cannot read');
  const group = 14 + Math.max(0, request.readInt16BE(12));
  const generation = group + 2 + request.readInt16BE(group);
  request.writeInt32BE(request.readInt32BE(generation) + 1000, generation);
}
