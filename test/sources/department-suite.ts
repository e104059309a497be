import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#exchange/commitment.js';
import { verifyJws } from '#exchange/jws.js';
import { RELEASE_TYPE, releaseClaims, type DecisionClaims } from '#exchange/tokens.js';
import { AdapterStage, send, type StagedSource } from '../../apps/adapter/test/adapter-under-test.js';
import { rowsOf } from '../support/postgres.js';

/** What a source of the suite holds, one resident: what stands behind the names is the source's own affair. */
export const RESIDENT = { resident_id: 'r007', name: '张三丰', birth_date: '1988-07-15', household_size: 3 } as const;
/** A resident whom the source takes far longer to find than the department's file allows. */
export const SLOW = 'r-slow';
/** Longer than any limit, and short enough for a source that nothing stops to end by itself. */
export const SLOW_SECONDS = 20;

/** A department's file as an operator would copy it. */
export function exampleOf(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../deploy/examples/departments', name), 'utf8');
}

/** Only fields that each of the examples has: an adapter refuses a decision about others. */
const obligations: DecisionClaims['obligations'] = {
  fields: {
    household_size: { kind: 'clear' },
    name: { kind: 'mask', keepStart: 1, keepEnd: 0 },
    resident_id: { kind: 'pseudonymise' },
  },
  filters: { resident_id: ['eq'] },
  rows: [],
  maxRows: 100,
};

export const askedFor = (stage: AdapterStage, resident: string) =>
  stage.asked(
    {
      select: ['household_size', 'name', 'resident_id'],
      where: [{ field: 'resident_id', op: 'eq', value: resident }],
    },
    { obligations },
  );

/** Nothing of a release, nor of an event about one. Stops the stage's adapters. */
export async function expectNothingRecorded(stage: AdapterStage): Promise<void> {
  expect(await stage.released()).toEqual([]);
  expect(await rowsOf(stage.own.url, 'select 1 from outbox')).toEqual([]);
  expect(await stage.publications()).toEqual([]);
}

export const refusal = (status: number, code: string) => ({ status, json: { code } });

/** What a department does alike whatever its source is, from its YAML file on. `nobody`: a SOURCE_URL where none listens. */
export function describeDepartment(
  of: string,
  open: () => Promise<StagedSource>,
  nobody: string,
  more: (stage: () => AdapterStage) => void = () => undefined,
): void {
  describe(`a department of ${of}`, () => {
    let stage: AdapterStage;

    beforeAll(async () => {
      stage = await AdapterStage.set(await open());
    }, 300_000);
    afterAll(() => stage[Symbol.asyncDispose]());
    beforeEach(() => stage.begin());
    afterEach(() => stage.end());

    it('is ready, and answers a signed decision with a signed release that is on record', async () => {
      const url = await stage.start();
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      const one = askedFor(stage, RESIDENT.resident_id);
      const { status, headers, bytes, json } = await send(url, one);
      expect([status, json]).toEqual([
        200,
        { rows: [{ household_size: 3, name: '张**', resident_id: expect.stringMatching(/^[\w-]{43}$/) as unknown }] },
      ]);
      const keys = new Map([[stage.adapterKey.kid, stage.adapterKey.key]]);
      const { payload } = verifyJws(headers.get('sluice-release') ?? '', RELEASE_TYPE, keys);
      expect(releaseClaims.parse(payload)).toMatchObject({
        jti: one.claims.jti,
        decision: sha256(one.decision),
        request: sha256(one.body),
        data: sha256(bytes),
        rows: 1,
      });
      expect(await stage.released()).toMatchObject([{ id: one.claims.jti, decision: one.decision, rows: 1 }]);
      expect(await stage.publications()).toHaveLength(1);
    });

    it('releases no row where there is none, and has that on record too', async () => {
      expect((await send(await stage.start(), askedFor(stage, 'r999'))).json).toEqual({ rows: [] });
      expect(await stage.released()).toMatchObject([{ rows: 0 }]);
    });

    it('records nothing while its source is down, and acts on the same decision once it is back', async () => {
      const one = askedFor(stage, RESIDENT.resident_id);
      const cutOff = await stage.start({ SOURCE_URL: nobody });
      expect(await send(cutOff, one)).toMatchObject(refusal(503, 'SOURCE_UNAVAILABLE'));
      expect((await fetch(`${cutOff}/health/ready`)).status).toBe(503);
      await expectNothingRecorded(stage);
      expect((await send(await stage.start(), one)).status).toBe(200);
      expect(await stage.publications()).toHaveLength(1);
    });

    it('gives up a source that is slow, records nothing, and serves on', async () => {
      const url = await stage.start();
      const begun = performance.now();
      expect(await send(url, askedFor(stage, SLOW))).toMatchObject(refusal(504, 'SOURCE_TIMEOUT'));
      expect(performance.now() - begun).toBeLessThan(SLOW_SECONDS * 1000);
      expect(await stage.released()).toEqual([]);
      expect((await send(url, askedFor(stage, RESIDENT.resident_id))).status).toBe(200);
      expect(await stage.publications()).toHaveLength(1);
    });

    more(() => stage);
  });
}
