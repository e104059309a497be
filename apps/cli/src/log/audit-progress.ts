import type { LogSource } from '#client/audit/log-source.js';
import { printable, type Terminal } from '../terminal.js';

/** Shows how far reading a log is, when that has changed by a hundredth. */
export function progressOf(
  terminal: Terminal,
  { place }: Pick<LogSource, 'place'>,
): (entries: number, size: number) => void {
  let shown = -1;
  return (entries, size) => {
    const percent = Math.floor((entries / size) * 100);
    if (percent === shown) return;
    shown = percent;
    terminal.progress(printable(`${place}  ${percent} %  ${entries}/${size}`));
  };
}
