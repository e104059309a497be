/** What the process that met an injected fault is told. */
export class StorageFault extends Error {}

/** `crash`: nothing works after it, as for a process that ends. `blip`: only the one call fails, and its caller goes on. */
export type FaultKind = 'crash' | 'blip';
/** Whether the call that fails has happened all the same. */
export type FaultSide = 'before' | 'after';
/** A call that only reads has nothing to persist, so that it fails in one way. */
export type CallKind = 'reads' | 'writes';

export interface Fault {
  /** Which call fails, counted from 0 over the calls of this point; none if it is past the last. */
  readonly at: number;
  /** All storage calls of a run if left out. */
  readonly point?: string;
  readonly side: FaultSide;
  readonly kind: FaultKind;
}

/** What stands between a ledger and its storage: lets every call through but one. */
export class InjectedFaults {
  /** Every call so far, by name, in their order. */
  readonly calls: { readonly point: string; readonly kind: CallKind }[] = [];
  /** The call that failed. */
  struck: string | undefined;
  private isDead = false;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly fault?: Fault) {}

  /** The target, whose calls of these names can fail. `point` names one by its arguments. */
  wrap<T extends object>(
    target: T,
    calls: Readonly<Partial<Record<keyof T, CallKind>>>,
    point: (method: string, args: readonly unknown[]) => string,
  ): T {
    return new Proxy(target, {
      get: (_, property) => {
        const value: unknown = Reflect.get(target, property, target);
        const kind = calls[property as keyof T];
        if (kind === undefined || typeof value !== 'function') return value;
        const method = value as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) =>
          this.follow(this.call(point(String(property), args), kind, () => method.apply(target, args)));
      },
    });
  }

  /** From now on nothing works any more. Resolves when what was under way is over: none of it comes into the next life. */
  async end(): Promise<void> {
    this.isDead = true;
    await Promise.allSettled(this.underWay);
  }

  private follow<R>(call: Promise<R>): Promise<R> {
    const over = call.finally(() => this.underWay.delete(over));
    this.underWay.add(over);
    return over;
  }

  private async call<R>(point: string, kind: CallKind, act: () => Promise<R>): Promise<R> {
    if (this.isDead) throw new StorageFault(`the process has ended before ${point}`);
    const number = this.calls.filter((one) => this.isCounted(one.point)).length;
    this.calls.push({ point, kind });
    if (!this.isCounted(point) || number !== this.fault?.at) return act();
    this.struck = point;
    this.isDead = this.fault.kind === 'crash';
    if (this.fault.side === 'after') await act();
    throw new StorageFault(`${point} failed`);
  }

  private isCounted(point: string): boolean {
    return point === (this.fault?.point ?? point);
  }
}
