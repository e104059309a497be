/** Something that reads bytes of strangers. */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs that are valid. */
  readonly samples: readonly Buffer[];
  /**
   * Reads an input. Gives undefined where it was refused in the way in which it should be; throws, whatever it throws, where
   * it was not, or where something is accepted that must not be.
   */
  readonly check: (input: Buffer) => unknown;
  /** How many cases of a hundred of the other targets this one is worth, being slower. 100 if left out. */
  readonly share?: number;
}

export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  readonly number: number;
  readonly input: Buffer;
  readonly error: unknown;
}

/** What a parser with one spelling for each value promises. */
export interface Spelling<Value> {
  readonly name: string;
  readonly samples: readonly (string | Uint8Array)[];
  readonly read: (input: Buffer) => Value;
  /** Must give the input again. Left out where more than one spelling is read. */
  readonly write?: (value: Value) => string | Uint8Array;
  /** Looks at what was accepted; throws where it must not be. */
  readonly accept?: (value: Value, input: Buffer) => void;
  /** Whether an error is one of those that the parser may throw. */
  readonly isRefusal: (error: unknown) => boolean;
  readonly share?: number;
}

export function spelling<Value>(one: Spelling<Value>): FuzzTarget {
  const { name, samples, read, write, accept, isRefusal, share } = one;
  const check = (input: Buffer): unknown => {
    let value: Value;
    try {
      value = read(input);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
    accept?.(value, input);
    if (write !== undefined && Buffer.compare(Buffer.from(write(value)), input) !== 0) {
      throw new Error('what was read is written otherwise');
    }
    return value;
  };
  return {
    name,
    samples: samples.map((sample) => Buffer.from(sample)),
    check,
    ...(share === undefined ? {} : { share }),
  };
}
