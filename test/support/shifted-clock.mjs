// Loaded before a service (--import): its clock on the wall is off by the milliseconds that the file SHIFT_FILE says, as it
// says them at that moment. What counts on without jumping (performance.now, timers) is left alone, as by a clock that is set.
import { readFileSync } from 'node:fs';

const Real = Date;
const now = () => Real.now() + Number(readFileSync(process.env.SHIFT_FILE, 'utf8'));

globalThis.Date = class Date extends Real {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }

  static now() {
    return now();
  }
};
