import type { Verdict } from './go-tools.js';

/** Says each result, counts them, and remembers whether one was not as it must be. */
export class Report {
  private checked = 0;
  private failed = 0;

  /** By a verifier, which must accept it or refuse it. */
  expect(what: string, { accepted, said }: Verdict, isExpected: boolean): void {
    this.add(accepted === isExpected, `${accepted ? 'accepts' : 'refuses'} ${what}`, accepted ? '' : said);
  }

  /** Of a peer: `ok` says whether it did what it must. */
  answer(what: string, { ok, said }: { readonly ok: boolean; readonly said: string }): void {
    this.add(ok, what, said);
  }

  /** The exit status. */
  conclude(): number {
    const result = this.failed === 0 ? 'all as it must be' : `${this.failed} not as it must be`;
    console.log(`${this.checked} checks, ${result}.`);
    return this.failed === 0 ? 0 : 1;
  }

  private add(ok: boolean, what: string, said: string): void {
    this.checked += 1;
    if (!ok) this.failed += 1;
    console.log(`${ok ? '✓' : '✗'} ${what}${said === '' ? '' : `: ${said}`}`);
  }
}
