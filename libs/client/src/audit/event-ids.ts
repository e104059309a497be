/** Words of a slot: the id, the index in two, and the type's number, which is 0 in an empty slot. */
const WORDS = 7;
const TYPE = 6;
/** The words by which a name is told from another. */
const NAME = [0, 1, 2, 3, TYPE];
const FIRST_SLOTS = 1 << 10;

/** One table with open addressing. Of as many numbers as a log has ids, a Map would need five times the memory. */
class IdTable {
  count = 0;
  private slots = FIRST_SLOTS;
  private words = new Uint32Array(FIRST_SLOTS * WORDS);

  constructor(private readonly seed: number) {}

  /** The index that the name has, or undefined. */
  find(name: Uint32Array): number | undefined {
    return this.count === 0 ? undefined : this.indexAt(this.slotOf(name, 0));
  }

  /** The index that the name has; undefined where it is not there, and then it is added. */
  findOrAdd(name: Uint32Array): number | undefined {
    if (this.count * 4 >= this.slots * 3) this.grow();
    const at = this.slotOf(name, 0);
    const known = this.indexAt(at);
    if (known !== undefined) return known;
    this.put(at, name, 0);
    this.count += 1;
    return undefined;
  }

  /** Undefined where the slot is empty. */
  private indexAt(at: number): number | undefined {
    if (this.words[at + TYPE] === 0) return undefined;
    return (this.words[at + 4] ?? 0) + (this.words[at + 5] ?? 0) * 2 ** 32;
  }

  /** Where the name of `of` that begins at word `from` is, or has its place. */
  private slotOf(of: Uint32Array, from: number): number {
    // Ids are chosen by strangers: a seed that they do not know keeps them from choosing one place.
    let hash = this.seed;
    for (const word of NAME) {
      hash = Math.imul(hash ^ (of[from + word] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (let slot = hash >>> 0; ; slot += 1) {
      const at = (slot & (this.slots - 1)) * WORDS;
      if (this.words[at + TYPE] === 0 || this.isAt(at, of, from)) return at;
    }
  }

  private isAt(at: number, of: Uint32Array, from: number): boolean {
    for (const word of NAME) if (this.words[at + word] !== of[from + word]) return false;
    return true;
  }

  private put(at: number, of: Uint32Array, from: number): void {
    for (let word = 0; word < WORDS; word += 1) this.words[at + word] = of[from + word] ?? 0;
  }

  private grow(): void {
    const { words } = this;
    this.slots *= 2;
    this.words = new Uint32Array(this.slots * WORDS);
    for (let from = 0; from < words.length; from += WORDS) {
      if (words[from + TYPE] !== 0) this.put(this.slotOf(words, from), words, from);
    }
  }
}

/**
 * Which events a log has, by id and type, exactly. Memory is bounded: the newest `remembered` ids are known, and up to as
 * many before them.
 */
export class EventIds {
  private newer: IdTable;
  private older: IdTable;
  private readonly types = new Map<string, number>();
  private readonly name = new Uint32Array(WORDS);
  /** Whether ids were forgotten. */
  hasForgotten = false;

  /** `seed`: 32 random bits. */
  constructor(
    private readonly remembered: number,
    private readonly seed: number,
  ) {
    this.newer = new IdTable(seed);
    this.older = new IdTable(seed);
  }

  /** Adds an event; gives the index that it had before, if it is there already. `id`: a UUID in lower case. */
  add(id: string, type: string, index: number): number | undefined {
    this.setName(id, type, index);
    const before = this.older.find(this.name);
    if (before !== undefined) return before;
    if (this.newer.count >= this.remembered) {
      const known = this.newer.find(this.name);
      if (known !== undefined) return known;
      this.hasForgotten ||= this.older.count > 0;
      this.older = this.newer;
      this.newer = new IdTable(this.seed);
    }
    return this.newer.findOrAdd(this.name);
  }

  private setName(id: string, type: string, index: number): void {
    const { name } = this;
    let digits = 0;
    for (let at = 0; at < id.length; at += 1) {
      const letter = id.charCodeAt(at);
      // 0-9 and a-f; hyphens are passed over.
      if (letter === 0x2d) continue;
      const word = digits >> 3;
      name[word] = ((name[word] ?? 0) << 4) | (letter < 0x3a ? letter - 0x30 : letter - 0x57);
      digits += 1;
    }
    name[4] = index >>> 0;
    name[5] = Math.floor(index / 2 ** 32);
    name[TYPE] = this.numberOf(type);
  }

  private numberOf(type: string): number {
    const known = this.types.get(type);
    if (known !== undefined) return known;
    const number = this.types.size + 1;
    // Types that nobody knows yet are few. A log that has thousands of them is not worth the memory.
    if (number < 1000) this.types.set(type, number);
    return number;
  }
}
