import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const stored = z.record(z.string(), z.string());

/** Passwords of the database roles: made at random at the first start, kept in one file that only its owner reads. */
export class Secrets {
  private readonly known: Record<string, string>;

  constructor(private readonly file: string) {
    this.known = existsSync(file) ? stored.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  }

  passwordOf(role: string): string {
    const known = this.known[role];
    if (known !== undefined) return known;
    const password = randomBytes(24).toString('base64url');
    this.known[role] = password;
    writeFileSync(this.file, JSON.stringify(this.known, null, 2), { mode: 0o600 });
    return password;
  }
}
