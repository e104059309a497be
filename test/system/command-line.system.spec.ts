import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceFile } from '#client/evidence-file.js';
import type { CheckName } from '#client/verification/check.js';
import { demoFolder } from '../support/built-services.js';
import { startSystem, type System } from '../support/system.js';
import { typeCommand, type TypedCommand } from '../support/typed-command.js';

const START_MS = 180_000;
const TEST_MS = 300_000;
const QUESTION = join(demoFolder, 'questions', 'household.yaml');
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Whatever a command would connect to, it fails. */
const NO_NETWORK = `--import=data:text/javascript,${encodeURIComponent(
  'import net from "node:net"; net.Socket.prototype.connect = () => { throw new Error("no network"); };',
)}`;

const folder = mkdtempSync(join(tmpdir(), 'sluice-desk-'));
let system: System;

beforeAll(async () => {
  system = await startSystem({ transport: 'embedded' });
}, START_MS);
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
}, START_MS);

function sluice(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<TypedCommand> {
  const services = { SLUICE_GATEWAY: system.gatewayUrl(), SLUICE_LEDGER: system.ledgerUrl };
  return typeCommand(
    { folder, variables: { SLUICE_HOME: system.layout.home.folder, ...services, ...variables } },
    args,
  );
}

/** As a script reads it: standard output alone. */
async function json<Result>(...args: readonly string[]): Promise<Result> {
  const done = await sluice([...args, '--json']);
  expect(done).toMatchObject({ exitCode: 0 });
  return JSON.parse(done.out) as Result;
}

describe('sluice ask', () => {
  it(
    'shows what was released and that the log has it, and leaves with 0',
    async () => {
      const { exitCode, out } = await sluice(['ask', QUESTION]);
      expect(exitCode).toBe(0);
      expect(out).toContain('990106********002X');
      expect(out).toContain('林**');
      expect(out).toContain('1 row\n');
      expect(out).toMatch(/✓ exchange \S+: entry \d+ of the log \S+; \d+ checks passed/);
    },
    TEST_MS,
  );

  it(
    'tells scripts the same as JSON',
    async () => {
      expect(await json('ask', QUESTION, '--select', 'resident_id,name')).toEqual({
        data: { rows: [{ resident_id: '990106********002X', name: '林**' }] },
        claims: expect.objectContaining({ iss: 'population', rows: 1 }) as unknown,
        receipt: expect.objectContaining({ id: expect.stringMatching(ID) as unknown }) as unknown,
        proof: { origin: expect.any(String) as unknown, index: expect.any(Number) as unknown, ok: true },
      });
    },
    TEST_MS,
  );

  it(
    'leaves with 1 where it is denied, says why, and can prove the denial',
    async () => {
      const denied = ['ask', QUESTION, '--select', 'mobile'];
      const told = await sluice([...denied, '--receipt', 'denial.json']);
      expect(told.exitCode).toBe(1);
      expect(told.err).toMatch(/^sluice: FIELD_NOT_AGREED: .*Field mobile is not granted/);
      expect((await sluice(['verify', 'denial.json'])).exitCode).toBe(0);
      const { exitCode, out, err } = await sluice([...denied, '--json']);
      expect({ exitCode, err, told: JSON.parse(out) as unknown }).toEqual({
        exitCode: 1,
        err: '',
        told: {
          error: {
            code: 'REFUSED',
            message: expect.stringContaining('FIELD_NOT_AGREED') as unknown,
            problem: expect.objectContaining({ code: 'FIELD_NOT_AGREED', status: 403 }) as unknown,
          },
        },
      });
    },
    TEST_MS,
  );

  it(
    'leaves with 3 where nobody answers',
    async () => {
      const { exitCode, out, err } = await sluice(['ask', QUESTION], { SLUICE_GATEWAY: 'http://127.0.0.1:9' });
      expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' });
      expect(err).toMatch(/^sluice: .*127\.0\.0\.1:9/);
    },
    TEST_MS,
  );
});

describe('sluice verify', () => {
  beforeAll(async () => {
    expect((await sluice(['ask', QUESTION, '--receipt', 'receipt.json'])).exitCode).toBe(0);
  }, TEST_MS);

  it(
    'needs two files and no network',
    async () => {
      const offline = { NODE_OPTIONS: NO_NETWORK };
      expect((await sluice(['log', 'show'], offline)).exitCode).not.toBe(0);
      const { exitCode, out, err } = await sluice(['verify', 'receipt.json'], offline);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toContain('✓ A key of the department population signed the release.');
      expect(out).toContain('The receipt holds.');
      expect(out).not.toContain('✗');
    },
    TEST_MS,
  );

  it.each<[string, (kept: EvidenceFile) => string | undefined, readonly CheckName[]]>([
    ['the request', () => 'gov:HousingEligibility', ['request', 'data']],
    ['the data', ({ answer }) => String(answer?.data.rows[0]?.household_id), ['data']],
    ["the department's signature", ({ answer }) => answer?.release.split('.').at(-1), ['release-signed']],
    ["the gateway's promise", ({ promised }) => promised?.leaf, ['promise']],
    ['the commitment’s nonce', ({ receipt }) => receipt?.opening?.nonce, ['decision-details']],
    ["the log's signature", ({ receipt }) => receipt?.decision.proof.split(' ').at(-1), ['decision-in-log']],
  ])(
    'leaves with 1 where a byte of %s was changed, and names the place',
    async (_, of, places) => {
      const kept = readFileSync(join(folder, 'receipt.json'), 'utf8');
      const at = kept.indexOf(of(JSON.parse(kept) as EvidenceFile)!.trimEnd());
      const changed = `${kept.slice(0, at)}${kept[at] === 'A' ? 'B' : 'A'}${kept.slice(at + 1)}`;
      writeFileSync(join(folder, 'changed.json'), changed);
      const { exitCode, out } = await sluice(['verify', 'changed.json', '--json']);
      expect(exitCode).toBe(1);
      const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: { name: CheckName; ok: boolean }[] };
      expect(ok).toBe(false);
      expect(checks.filter((one) => !one.ok).map(({ name }) => name)).toEqual(places);
      expect((await sluice(['verify', 'changed.json'])).out).toContain('✗');
    },
    TEST_MS,
  );
});

describe('what everybody may read', () => {
  it(
    'is the newest of the log, in a table and as JSON',
    async () => {
      const [, id = ''] = /exchange (\S+):/.exec((await sluice(['ask', QUESTION])).out) ?? [];
      const shown = await sluice(['log', 'show', '--limit', '2']);
      expect({ exitCode: shown.exitCode, err: shown.err }).toEqual({ exitCode: 0, err: '' });
      const lines = shown.out.split('\n').filter((line) => line.includes(id));
      expect(lines).toHaveLength(2);
      expect(lines.join()).toMatch(/release.*decision|decision.*release/s);
      const { entries } = await json<{ entries: { entry: { id: string; type: string } }[] }>(
        ...['log', 'show', '--limit', '2'],
      );
      expect(entries.map(({ entry }) => [entry.id, entry.type]).toSorted()).toEqual([
        [id, 'access.decided.v1'],
        [id, 'access.released.v1'],
      ]);
      const { exitCode, out } = await sluice(['log', 'entry', id]);
      expect(exitCode).toBe(0);
      expect(out).not.toContain('✗');
    },
    TEST_MS,
  );

  it(
    'is a log that holds, and in which nothing is missing',
    async () => {
      const audited = await sluice(['log', 'audit']);
      expect({ exitCode: audited.exitCode, isWhole: !audited.out.includes('✗') }).toEqual({
        exitCode: 0,
        isWhole: true,
      });
      expect(await sluice(['alert', 'list'])).toEqual({ exitCode: 0, out: 'none\n', err: '' });
      expect(await json('alert', 'list')).toEqual({ items: [] });
    },
    TEST_MS,
  );
});

describe('sluice system', () => {
  const STATISTICS = 'housing/statistics';
  const asWho = (file: string) => ['ask', QUESTION, '--key', file, '--no-proof'];

  /** Of a new key, of which the file holds the private half. */
  async function generate(file: string): Promise<string> {
    const { kid } = await json<{ kid: string }>('key', 'generate', '--out', file);
    return kid;
  }

  /** Until every key is taken or refused so: a gateway reads the registry a moment after it was changed. */
  async function untilAsked(expected: Readonly<Record<string, string>>): Promise<void> {
    await system.until(`keys are answered ${JSON.stringify(expected)}`, async () => {
      const seen: Record<string, string> = {};
      for (const file of Object.keys(expected)) seen[file] = await outcomeFor(file);
      return JSON.stringify(seen) === JSON.stringify(expected) || JSON.stringify(seen);
    });
  }

  async function outcomeFor(file: string): Promise<string> {
    const { exitCode, err } = await sluice(asWho(file));
    return exitCode === 0 ? 'answered' : `${exitCode} ${/^sluice: ([A-Z_]+): /.exec(err)?.[1] ?? err}`;
  }

  async function statesOf(): Promise<Readonly<Record<string, string>>> {
    const { out } = await sluice(['system', 'show', STATISTICS]);
    const rows = out.split('\n').filter((line) => line.includes(STATISTICS));
    const cells = rows.map((row) => row.split('│').map((cell) => cell.trim()));
    return Object.fromEntries(cells.map((row) => [row[3], row[4]] as const)) as Record<string, string>;
  }

  const kids = { old: '', fresh: '' };

  it(
    'registers a system and its key, which asks what it has an agreement for',
    async () => {
      kids.old = await generate('old.jwk.json');
      expect(await outcomeFor('old.jwk.json')).toBe('1 KEY_UNKNOWN');
      const titles = ['--title-en', 'Housing statistics', '--title-zh', '住房统计'];
      await json('system', 'add', STATISTICS, ...titles, '--key', 'old.jwk.json');
      await untilAsked({ 'old.jwk.json': '1 NO_AGREEMENT' });
      const agreed = system.layout.files.agreements.find(({ id }) => id === 'housing-residents')!;
      const agreement = { ...agreed, id: 'statistics-residents', consumer: STATISTICS };
      writeFileSync(join(folder, 'agreement.yaml'), JSON.stringify(agreement));
      await json('agreement', 'load', 'agreement.yaml');
      await untilAsked({ 'old.jwk.json': 'answered' });
    },
    TEST_MS,
  );

  it(
    'lets the old key and the new one work while a rotation overlaps, and then only the new one',
    async () => {
      kids.fresh = await generate('fresh.jwk.json');
      await json('system', 'key', 'rotate', STATISTICS, 'fresh.jwk.json', '--overlap', '1');
      await untilAsked({ 'old.jwk.json': 'answered', 'fresh.jwk.json': 'answered' });
      expect(await statesOf()).toEqual({ [kids.old]: 'valid', [kids.fresh]: 'valid' });
      await json('system', 'key', 'rotate', STATISTICS, 'fresh.jwk.json', '--overlap', '0');
      await untilAsked({ 'old.jwk.json': '1 KEY_NOT_VALID', 'fresh.jwk.json': 'answered' });
      expect(await statesOf()).toEqual({ [kids.old]: 'ended', [kids.fresh]: 'valid' });
    },
    TEST_MS,
  );

  it(
    'revokes a key for ever',
    async () => {
      await json('system', 'key', 'revoke', STATISTICS, kids.fresh);
      await untilAsked({ 'fresh.jwk.json': '1 KEY_NOT_VALID' });
      expect(await statesOf()).toEqual({ [kids.old]: 'ended', [kids.fresh]: 'revoked' });
      const again = await sluice(['system', 'key', 'add', STATISTICS, 'fresh.jwk.json']);
      expect(again.exitCode).toBe(1);
    },
    TEST_MS,
  );

  it(
    'does nothing for a key that does not administer',
    async () => {
      const { exitCode, err } = await sluice(['system', 'list', '--operator-key', 'old.jwk.json']);
      expect(exitCode).toBe(1);
      expect(err).toMatch(/^sluice: [A-Z_]+: /);
    },
    TEST_MS,
  );
});

describe('every command', () => {
  /** The paths of commands that a help lists, each with the help of its own, and so on down. */
  async function helped(path: readonly string[] = []): Promise<ReadonlyMap<string, TypedCommand>> {
    const help = await sluice([...path, '--help']);
    const [, listed = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(help.out) ?? [];
    const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!);
    const below = await Promise.all(names.filter((one) => one !== 'help').map((name) => helped([...path, name])));
    return new Map([[path.join(' '), help], ...below.flatMap((one) => [...one])]);
  }

  it(
    'has a help with an example and leaves with 0',
    async () => {
      const all = await helped();
      expect([...all.keys()]).toEqual(expect.arrayContaining(['ask', 'verify', 'log show', 'system key rotate']));
      const failed = [...all].filter(([path, { exitCode, out, err }]) => {
        const shows = out.includes(`Examples:\n  npx sluice ${path}`) && out.includes('--json');
        return exitCode !== 0 || err !== '' || !shows;
      });
      expect(failed).toEqual([]);
    },
    TEST_MS,
  );

  it.each([
    ['a command that is missing', ['system', 'key']],
    ['a command that there is not', ['nonsense']],
    ['an option that there is not', ['ask', QUESTION, '--nonsense']],
    ['an argument that is missing', ['verify']],
    ['an option that is missing', ['key', 'generate']],
    ['a number that is none', ['log', 'show', '--limit', 'many']],
    ['a file that is not there', ['verify', 'nothing-here.json']],
    ['a question that asks nothing', ['ask']],
  ])(
    'leaves with 2 for %s, and tells scripts so as JSON',
    async (_, args) => {
      const told = await sluice(args);
      expect({ exitCode: told.exitCode, out: told.out }).toEqual({ exitCode: 2, out: '' });
      expect(told.err).not.toBe('');
      const { exitCode, out, err } = await sluice([...args, '--json']);
      expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
      expect(JSON.parse(out)).toEqual({
        error: {
          code: expect.stringMatching(/^(USAGE|FILE_UNREADABLE)$/) as unknown,
          message: expect.stringMatching(/./) as unknown,
        },
      });
    },
    TEST_MS,
  );
});
