import { setTimeout as until } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentiles, type LoadResult, type PreparedRequest } from './load.js';

export interface PacedLoadOptions {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, evenly spaced. */
  readonly rate: number;
  /** Called once a request. */
  readonly next: () => PreparedRequest;
}

/**
 * An open loop: requests are sent when they are due, however long earlier ones take, and their time counts from when they
 * were due. (autocannon's own rate sends what belongs to a second as fast as it can at the second's beginning: that
 * measures bursts at full load.)
 */
export async function pacedLoad({ url, connections, seconds, rate, next }: PacedLoadOptions): Promise<LoadResult> {
  const pool = new Pool(url, { connections });
  const times: number[] = [];
  let failed = 0;
  const send = async (due: number) => {
    const { path, headers, body } = next();
    try {
      const { statusCode, body: answer } = await pool.request({ method: 'POST', path, headers, body });
      await answer.arrayBuffer();
      if (statusCode !== 200) failed += 1;
      times.push(performance.now() - due);
    } catch {
      failed += 1;
    }
  };
  const begun = performance.now();
  const underWay: Promise<void>[] = [];
  const total = Math.floor(rate * seconds);
  for (let index = 0; index < total; index += 1) {
    const due = begun + (index * 1000) / rate;
    const early = due - performance.now();
    // Timers count whole milliseconds: never early, and late by less than one.
    if (early > 0) await until(Math.ceil(early));
    underWay.push(send(due));
  }
  await Promise.all(underWay);
  await pool.close();
  return { perSecond: total / seconds, ...percentiles(times), requests: total, failed };
}
