import type { GoTools } from './go-tools.js';
import type { Report } from './report.js';
import type { ServedLog } from './running-log.js';

/** A log as others find it in its folder and at its address. `tools`: with its key. */
export function checkServed(
  name: string,
  { folder, url, size }: Omit<ServedLog, 'vkey'>,
  tools: GoTools,
  report: Report,
): void {
  report.expect(`${name} in its folder, says fsck`, tools.fsck(`file://${folder}/`, size), true);
  report.expect(`${name} over HTTP, says fsck`, tools.fsck(url, size), true);
  report.expect(`${name} in its folder, says x/mod`, tools.log(folder, size), true);
}
