import { Counter, Gauge, type Registry } from 'prom-client';

/** What a witness answered, and how far it has seen each log. Labels are the origins that it is configured with. */
export class WitnessMetrics {
  private readonly answers: Counter<'status'>;
  private readonly size: Gauge<'origin'>;
  private readonly forks: Counter<'origin'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.answers = new Counter({
      name: 'sluice_witness_answers_total',
      help: 'Checkpoints that were shown to the witness, by its answer',
      labelNames: ['status'],
      registers,
    });
    this.size = new Gauge({
      name: 'sluice_witness_size',
      help: 'Entries of the checkpoint cosigned last',
      labelNames: ['origin'],
      registers,
    });
    this.forks = new Counter({
      name: 'sluice_witness_forks_total',
      help: 'Heads of one size with different roots that a log signed: evidence of two histories. Look into each',
      labelNames: ['origin'],
      registers,
    });
  }

  answered(status: number): void {
    this.answers.inc({ status });
  }

  cosigned(origin: string, size: number): void {
    this.size.set({ origin }, size);
  }

  forked(origin: string): void {
    this.forks.inc({ origin });
  }
}
