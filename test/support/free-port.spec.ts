import { freePorts } from './free-port.js';

const { JEST_WORKER_ID } = process.env;

afterEach(() => {
  Object.assign(process.env, { JEST_WORKER_ID });
});

it('gives each worker ports of its own, below those that systems give out by themselves', async () => {
  const given: number[][] = [];
  for (const worker of ['1', '2', '3']) {
    Object.assign(process.env, { JEST_WORKER_ID: worker });
    given.push(await freePorts(900), await freePorts(900));
  }
  const shares = given.map((ports) => new Set(ports.map((port) => Math.floor(port / 2_000))));
  expect(given.map((ports) => new Set(ports).size)).toEqual([900, 900, 900, 900, 900, 900]);
  expect(shares.map((share) => [...share])).toEqual([[10], [10], [11], [11], [12], [12]]);
});
