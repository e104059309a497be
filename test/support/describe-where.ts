/** Whether what a suite needs is on this machine, and if not, what is missing. */
export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * `describe` for suites that need a server which not every machine can run. Where it is missing the suite is skipped,
 * counted as such and announced; with CI=true, where nothing may be missing that is needed even there, it fails.
 */
export function describeWhere(
  server: string,
  availability: Availability,
  { evenInCi = true }: { readonly evenInCi?: boolean } = {},
): (name: string, suite: () => void) => void {
  if (availability.available) return describe;
  const line = `${server} is missing on this machine: ${availability.reason}`;
  if (evenInCi && process.env.CI === 'true') {
    return (name) => {
      describe(name, () => {
        it(`needs ${server}`, () => {
          throw new Error(line);
        });
      });
    };
  }
  process.stderr.write(`\n${'!'.repeat(100)}\n!!! SKIPPED: ${line}\n${'!'.repeat(100)}\n\n`);
  return describe.skip;
}
