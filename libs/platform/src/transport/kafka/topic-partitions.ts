import type { Admin } from 'kafkajs';

/** Where a topic has got more partitions, its new events go to them all after this long. */
const MAX_AGE_MS = 60_000;

/** How many partitions topics have, as the broker said a moment ago. */
export class TopicPartitions {
  private readonly known = new Map<string, { readonly until: number; readonly partitions: number }>();

  constructor(
    private readonly admin: Pick<Admin, 'fetchTopicMetadata'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Rejects where there is no such topic; creates none. */
  async of(topic: string): Promise<number> {
    const known = this.known.get(topic);
    if (known !== undefined && this.now() < known.until) return known.partitions;
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    if (partitions === 0) throw new Error(`The broker names no partition of ${topic}`);
    this.known.set(topic, { until: this.now() + MAX_AGE_MS, partitions });
    return partitions;
  }

  /** The topic may have been made anew. */
  forget(topic: string): void {
    this.known.delete(topic);
  }
}
