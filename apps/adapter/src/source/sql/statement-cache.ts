import { createHash } from 'node:crypto';
import type { ScopedQuery } from '../source.js';
import { shapeOf, type Statement } from './statement.js';

/** Statements kept ready. A shape is what a caller chooses, so their number must have an end. */
const SHAPES = 1000;
/** Statements that a connection keeps prepared: each takes memory in the source's own server for as long as it lives. */
const PREPARED = 200;
/** A shape is prepared once it has come back: one that comes once would only push useful ones out. */
const USES_BEFORE_PREPARING = 3;

interface Known extends Statement {
  uses: number;
}

export interface ReadyStatement extends Statement {
  /** Present where the statement is worth preparing. The same text always has the same name. */
  readonly name?: string;
}

/** Builds a statement once a shape. What is used least lately makes room for what is new. */
export class StatementCache {
  private readonly known = new Map<string, Known>();
  private readonly names = new Map<string, string>();

  constructor(private readonly build: (query: ScopedQuery) => Statement) {}

  statementFor(query: ScopedQuery): ReadyStatement {
    const shape = shapeOf(query);
    const known = this.known.get(shape) ?? { ...this.build(query), uses: 0 };
    known.uses += 1;
    this.known.delete(shape);
    this.known.set(shape, known);
    if (this.known.size > SHAPES) this.known.delete(this.known.keys().next().value ?? shape);
    const name = known.uses > USES_BEFORE_PREPARING ? this.nameOf(known.text) : undefined;
    return name === undefined ? known : { text: known.text, slots: known.slots, name };
  }

  private nameOf(text: string): string | undefined {
    const found = this.names.get(text);
    if (found !== undefined || this.names.size >= PREPARED) return found;
    const name = `sluice_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.names.set(text, name);
    return name;
  }
}
