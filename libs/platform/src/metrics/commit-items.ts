import { Histogram, type Registry } from 'prom-client';

/** How many records share a commit, by their kind: what group commit saves under load. */
export function commitItems(registry: Registry): Histogram<'kind'> {
  return new Histogram({
    name: 'sluice_commit_items',
    help: 'Records that were stored in one commit',
    labelNames: ['kind'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    registers: [registry],
  });
}
