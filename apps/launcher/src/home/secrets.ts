import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readHomeFile, writeHomeFile } from './home-file.js';

const stored = z.record(z.string(), z.string());

/** Passwords of the database roles: made at random at the first start, kept in one file that only its owner reads. */
export class Secrets {
  private readonly known: Record<string, string>;

  /** Throws HOME_DAMAGED. */
  constructor(private readonly file: string) {
    this.known = readHomeFile(file, (text) => stored.parse(JSON.parse(text))) ?? {};
  }

  passwordOf(role: string): string {
    const known = this.known[role];
    if (known !== undefined) return known;
    const password = randomBytes(24).toString('base64url');
    this.known[role] = password;
    writeHomeFile(this.file, JSON.stringify(this.known, null, 2), 0o600);
    return password;
  }
}
