import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { runtimeSources } from '../../../../lib/aws/bundle/runtime-sources.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

/** Matches imports that exist at run time, unlike type imports. */
const IMPORT =
  /^(?:import|export)\s(?!type\s)[^;']*?from\s+'([^'.][^']*)'|\bimport\(\s*'([^'.][^']*)'|^import\s+'([^'.][^']*)'/gm;

const packageOf = (target: string): string =>
  target.split('/', target.startsWith('@') ? 2 : 1).join('/');

const imported = new Set(
  runtimeSources(root)
    .filter(({ name }) => /\.[jt]s$/.test(name) && !name.startsWith('k6/'))
    .flatMap(({ name }) => [...readFileSync(path.join(root, name), 'utf8').matchAll(IMPORT)])
    .map((match) => packageOf(match[1] ?? match[2] ?? match[3] ?? ''))
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name)),
);

describe('the code that runs on a node', () => {
  it('imports the dependencies of the project and no other package', () => {
    expect([...imported].toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted());
  });
});
