import { setTimeout as delay } from 'node:timers/promises';
import type { Db, PgBoss } from 'pg-boss';
import type { ReceivedMessage, ReceivedPart } from '#events/transport.js';
import { base64, toCloudEvent } from '../event-batch.js';
import { EventServer, retryDelay, type Rejected, type StrategyOptions } from '../event-server.js';
import type { EmbeddedConfig } from '../transport-config.js';
import { NUDGE_CHANNEL, createBoss, ensureQueues } from './create-boss.js';
import { Nudge } from './nudge.js';
import { removeLeftovers } from './stored-batch.js';
import { TopicTurn, type TakenJob } from './topic-turn.js';

type Listening = Awaited<ReturnType<NonNullable<Db['listen']>>>;

/** Where a nudge went astray, an event waits this long. */
const POLL_MS = 200;
/**
 * From the start of one turn to the next, unless there is more than one turn can take. A turn costs the same for one
 * event as for a thousand, here and in the handler's own transaction.
 */
const TURN_MS = 100;
/** With at most 512 events a job, up to sixteen thousand events a batch, of which those of a few jobs at a time are unpacked. */
const JOBS_A_BATCH = 32;
const PARTITION = 0;

/**
 * Events from queues in PostgreSQL to `@EventPattern` handlers. One consumer of a topic has its turn at a time, in all
 * processes together; others stand by. A handler that fails is given the same events again, and nothing overtakes them.
 */
export class EmbeddedEventServer extends EventServer {
  private readonly closing = new AbortController();
  private readonly nudges = new Map<string, Nudge>();
  private boss: PgBoss | undefined;
  private listening: Listening | undefined;
  private loops: Promise<void>[] = [];

  constructor(
    private readonly config: EmbeddedConfig,
    options: StrategyOptions,
  ) {
    super(options);
  }

  override async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.loops);
    await this.listening?.close();
    await this.boss?.stop();
    this.enter('closed', 'closed');
  }

  protected override async start(): Promise<void> {
    const topics = this.topics();
    const boss = await createBoss(
      this.config,
      { connections: topics.length + 2, supervise: true },
      this.options.logger,
    );
    this.boss = boss;
    for (const topic of topics) {
      await ensureQueues(boss, topic);
      this.nudges.set(topic, new Nudge());
    }
    await removeLeftovers(boss.getDb());
    this.listening = await boss.getDb().listen?.(
      NUDGE_CHANNEL,
      (topic) => this.nudges.get(topic)?.give(),
      () => {
        for (const nudge of this.nudges.values()) nudge.give();
      },
    );
    this.startOver();
    this.loops = [...this.nudges].map(([topic, nudge]) => this.consume(boss, topic, nudge));
  }

  /** Resolves when the service closes. An outage of the database or of the handler only makes it wait. */
  private async consume(boss: PgBoss, topic: string, nudge: Nudge): Promise<void> {
    const { signal } = this.closing;
    for (let failures = 0; !signal.aborted;) {
      nudge.forget();
      const began = performance.now();
      try {
        const jobs = await this.takeTurn(boss, topic);
        failures = 0;
        this.taken(topic);
        if (jobs === 0) await nudge.wait(POLL_MS, signal);
        else if (jobs < JOBS_A_BATCH) await pause(TURN_MS - (performance.now() - began), signal);
      } catch (error) {
        failures += 1;
        this.notTaken(topic, failures, error);
        await pause(retryDelay(failures), signal);
      }
    }
  }

  /** How many jobs were taken. Rejects where they were not, and then they are all still there. */
  private async takeTurn(boss: PgBoss, topic: string): Promise<number> {
    const turn = await TopicTurn.begin(boss, topic, JOBS_A_BATCH);
    try {
      if (turn.jobs.length === 0) return 0;
      const parts = turn.jobs.map(({ part }) => part);
      for (const one of await this.handle({ topic, partition: PARTITION, parts })) {
        const job = turn.jobs[one.part];
        if (job !== undefined) await turn.bury(deadLetter(topic, job, one));
      }
      await turn.finish();
      return turn.jobs.length;
    } finally {
      await turn.giveBack();
    }
  }
}

/** None where `ms` is not above zero. Aborting ends it; it never rejects. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
}

function deadLetter(topic: string, { id, part }: TakenJob, { index, reason, message }: Rejected): object {
  const offset = index === undefined ? id : `${id}/${index}`;
  return { topic, partition: PARTITION, offset, reason, message: contentOf(part, message) };
}

/** What PostgreSQL does not take in JSON: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/** The message as it came; without one, all of the part with its proof. */
function contentOf({ bytes, proof }: ReceivedPart, message: ReceivedMessage | undefined): object {
  if (message === undefined) return { raw_base64: base64(bytes), proof };
  if (message.event === undefined) return { raw_base64: base64(message.raw) };
  const event = toCloudEvent(message.event);
  const text = JSON.stringify(event);
  return UNSTORABLE.test(text) ? { raw_base64: base64(Buffer.from(text)) } : event;
}
