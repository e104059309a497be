import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { workplaceWith, type Workplace } from '../test/command.js';

const loader = join(import.meta.dirname, '..', '..', '..', 'test', 'support', 'compile-hooks.mjs');
const main = join(import.meta.dirname, 'main.ts');

/** The real process, from its sources. */
async function sluice(place: Workplace, args: readonly string[], stdin = '') {
  const child = spawn(process.execPath, ['--conditions', 'source', '--import', loader, main, ...args], {
    cwd: place.folder,
    env: { ...place.variables, PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
  });
  child.stdin.end(stdin);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, out, err };
}

const page = { entries: [], next: 'older' };

describe('the process', () => {
  it('answers on standard output and leaves with 0', async () => {
    await using set = await workplaceWith(() => ({ body: page }));
    const { exitCode, out, err } = await sluice(set.place, ['log', 'show', '--json']);
    expect({ exitCode, out: JSON.parse(out) as unknown, err }).toEqual({ exitCode: 0, out: page, err: '' });
  });

  it('tells a mistake on standard error and leaves with 2', async () => {
    await using set = await workplaceWith(() => ({ body: page }));
    const { exitCode, out, err } = await sluice(set.place, ['verify', 'nothing-here.json']);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(/^sluice: nothing-here\.json: .*\n$/);
  });

  it('reads a question from standard input', async () => {
    await using set = await workplaceWith(() => ({ body: page }));
    const { exitCode, err } = await sluice(set.place, ['ask', '-'], '{"resource": 5}');
    expect(exitCode).toBe(2);
    expect(err).toContain('resource');
    expect(set.peer.received).toEqual([]);
  });

  it('tells of an alias that means nothing where it stands, as a mistake of the file', async () => {
    await using set = await workplaceWith(() => ({ body: page }));
    const { exitCode, err } = await sluice(set.place, ['ask', '-'], 'resource: a/b\npurpose: *nothing\n');
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: 'sluice: standard input:2:10: no anchor &nothing before the alias *nothing\n',
    });
  });
});
