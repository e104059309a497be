/** What `read` gives for each item, in their order, while up to `ahead` reads are under way. */
export async function* readAhead<T, R>(
  items: Iterable<T>,
  ahead: number,
  read: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const waiting: Promise<R>[] = [];
  for (const item of items) {
    const reading = read(item);
    // Whoever comes to it is told; a rejection that nobody comes to any more is no error.
    reading.catch(() => undefined);
    waiting.push(reading);
    const next = waiting.length < ahead ? undefined : waiting.shift();
    if (next !== undefined) yield await next;
  }
  for (const reading of waiting) yield await reading;
}
