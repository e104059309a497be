import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const project = z.object({
  type: z.enum(['application', 'library']),
  root: z.string(),
  sourceRoot: z.string(),
  entryFile: z.string().optional(),
  compilerOptions: z.object({ tsConfigPath: z.string() }),
});
const { projects } = z
  .object({ projects: z.record(z.string(), project) })
  .parse(JSON.parse(readFileSync(join(root, 'nest-cli.json'), 'utf8')));

/** What `nest build` compiles of a project, besides what that imports. */
function compiled(tsConfigPath: string): readonly string[] {
  const { config } = ts.readConfigFile(join(root, tsConfigPath), (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  const folder = join(root, tsConfigPath, '..');
  return ts.parseJsonConfigFileContent(config, ts.sys, folder).fileNames.map((file) => relative(root, file));
}

it('has every app and every lib as a project of nest-cli.json, and nothing else', () => {
  const folders = ['apps', 'libs'].flatMap((kind) => readdirSync(join(root, kind)).map((name) => `${kind}/${name}`));
  expect(Object.values(projects).map((one) => one.root)).toEqual(expect.arrayContaining(folders));
  expect(Object.keys(projects)).toHaveLength(folders.length);
});

it.each(Object.entries(projects))('compiles all of %s but its tests, its entry file among it', (name, one) => {
  const isApp = one.type === 'application';
  expect(one.root).toBe(`${isApp ? 'apps' : 'libs'}/${name}`);
  expect(one.sourceRoot).toBe(`${one.root}/src`);
  const sources = readdirSync(join(root, one.sourceRoot), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file))
    .map((file) => `${one.sourceRoot}/${file}`);
  expect(compiled(one.compilerOptions.tsConfigPath).toSorted()).toEqual(sources.toSorted());
  if (isApp) expect(sources).toContain(`${one.sourceRoot}/${one.entryFile ?? 'main'}.ts`);
});
