import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { releasedValue } from '#exchange/answer.js';
import { Problem } from '#exchange/problem.js';
import type { Value } from '#privacy/field-type.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Positions are padded to a multiple of this, so that a cursor's length tells little of what is in it. */
const BLOCK = 64;
/** What a request may hold: see exchange-request. */
const LONGEST_CURSOR = 2000;

const position = z.array(releasedValue);

/**
 * Turns a position in an ordered answer into a cursor and back. Positions hold values of keys, which the caller may not
 * be allowed to see, so they are encrypted; and each question has a key of its own, so that a cursor opens for the
 * question that it was given for and for no other.
 */
export class CursorSeal {
  private readonly secret: Buffer;

  /**
   * `secret`: 32 bytes, the same for all instances of an adapter. `epoch`: of the pseudonyms, which the order of rows would
   * join to those of the epoch before.
   */
  constructor(secret: Uint8Array, epoch: string) {
    this.secret = createHmac('sha256', secret).update(`epoch ${epoch}`).digest();
  }

  /** `question` says everything that a position depends on. Throws FILTER_INVALID where texts are too long to be a place. */
  seal(place: readonly Value[], question: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.keyOf(question), iv);
    const sealed = Buffer.concat([cipher.update(padded(JSON.stringify(place))), cipher.final()]);
    const cursor = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    if (cursor.length <= LONGEST_CURSOR) return cursor;
    throw new Problem('FILTER_INVALID', 'texts this long cannot be paged through: order by another field');
  }

  /** Throws CURSOR_INVALID. */
  open(cursor: string, question: string): readonly Value[] {
    const bytes = Buffer.from(cursor, 'base64url');
    try {
      const decipher = createDecipheriv(CIPHER, this.keyOf(question), bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const opened = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return position.parse(JSON.parse(opened.toString('utf8')));
    } catch {
      throw new Problem('CURSOR_INVALID');
    }
  }

  /** What scatters the rows of an answer: 64 hexadecimal digits, others for each question. */
  saltOf(question: string): string {
    return createHmac('sha256', this.secret).update(`scatter ${question}`).digest('hex');
  }

  private keyOf(question: string): Buffer {
    return createHmac('sha256', this.secret).update(question).digest();
  }
}

/** JSON may end in blanks. */
function padded(json: string): Buffer {
  const bytes = Buffer.from(json, 'utf8');
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK, ' ')]);
}
