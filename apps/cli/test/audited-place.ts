import { entriesOf, LOG_ORIGIN, LOG_VKEY, signedLogFiles, writeLog } from '../../../libs/client/test/audited-log.js';
import { trustFileOfTests } from '../../../libs/client/test/evidence.js';
import { Workplace } from './command.js';

/** Of a log that is whole. */
export const entries = entriesOf(300);
export const files = signedLogFiles(entries);
/** Names the key of that log. */
export const trust = { ...trustFileOfTests, logs: [{ origin: LOG_ORIGIN, vkey: LOG_VKEY }] };

/** A workplace that trusts the log, with these files of it under `tiles/log/0`. */
export function placeWith(content: ReadonlyMap<string, Uint8Array> = files): Workplace {
  const place = new Workplace();
  place.write('home/trust.json', trust);
  writeLog(place.path('tiles/log/0'), content);
  return place;
}
