import { pino } from 'pino';
import { reluctantReporter } from './reluctant-reporter.js';

it('reports a failure that goes on now and then, with how often it was silent', () => {
  let clock = 0;
  const lines: unknown[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const report = reluctantReporter(logger, 'down', () => clock);
  for (; clock <= 25_000; clock += 1000) report(new Error(`at ${clock}`));
  expect(lines).toMatchObject([
    { msg: 'down', unreported: 0, err: { message: 'at 0' } },
    { unreported: 9, err: { message: 'at 10000' } },
    { unreported: 9, err: { message: 'at 20000' } },
  ]);
});
