import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { platforms } from '../../../../serving-configs/index.ts';
import {
  pinnedVersions,
  readRequirements,
  versionOf,
} from '../../../../serving-configs/runtimes/venv/requirements.ts';
import { wantedPackages } from '../../../../serving-configs/runtimes/venv/wanted-packages.ts';

const folder = path.resolve(import.meta.dirname, '../../../../serving-configs');

/** All lists of pinned packages: of the environments that platforms share, and of those that one has for itself. */
const SHARED = 'runtimes/venv';
const platformNames = Object.keys(platforms);
const files = [SHARED, ...platformNames.map((name) => `platforms/${name}/venv`)].flatMap((place) =>
  existsSync(path.join(folder, place))
    ? readdirSync(path.join(folder, place))
        .filter((file) => file.endsWith('.txt'))
        .map((file) => `${place}/${file}`)
    : [],
);
/** Those that only images have, with their wanted beside them. */
const filesOfImages = ['runtimes/images/gpu.txt', 'models/savedmodel.txt'];
const environmentOf = (file: string): string =>
  file.startsWith(SHARED) ? path.basename(file, '.txt') : (file.split('/')[1] ?? '');

/** The entries of a file: a package with what belongs to it on the lines that follow. */
const entriesOf = (file: string): readonly string[] =>
  readFileSync(path.join(folder, file), 'utf8')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));

describe('the requirements of the environments', () => {
  it.each([...files, ...filesOfImages])(
    'pin every package of %s and know the hash of its files',
    (file) => {
      const loose = entriesOf(file).filter(
        (entry) =>
          !/^[A-Za-z0-9._-]+(\[[^\]]*\])?==\S+(\s+;.*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*$/.test(
            entry,
          ),
      );

      expect(loose).toEqual([]);
    },
  );

  it.each([...files, ...filesOfImages])('name no registry in %s', (file) => {
    expect(readFileSync(path.join(folder, file), 'utf8')).not.toMatch(
      /https?:|--(extra-)?index-url/,
    );
  });

  it.each([...files, ...filesOfImages])('keep to the pins of its input lists: %s', async (file) => {
    const asked = pinnedVersions(
      file.includes('.source.') || filesOfImages.includes(file)
        ? readFileSync(path.join(folder, file.replace(/txt$/, 'in')), 'utf8')
        : await wantedPackages(environmentOf(file)),
    );
    const pinned = pinnedVersions(readFileSync(path.join(folder, file), 'utf8'));

    expect(asked.size).toBeGreaterThan(0);
    expect(Object.fromEntries(pinned)).toMatchObject(Object.fromEntries(asked));
  });

  it('compute with one version of the engine in all environments', async () => {
    const names = files.filter((file) => !file.includes('.source.')).map(environmentOf);
    const versions = await Promise.all(
      names.map(async (name) => versionOf(await readRequirements(name), 'onnxruntime')),
    );

    expect(names.length).toBeGreaterThan(3);

    expect(new Set(versions).size).toBe(1);
  });

  it('are those of every platform that asks for packages', async () => {
    const forgotten = [];
    for (const name of platformNames) {
      const file = path.join(folder, 'platforms', name, 'venv', 'requirements.in');
      if (!existsSync(file)) continue;
      const own = readFileSync(file, 'utf8');
      const all = await Promise.all(files.map((pinned) => wantedPackages(environmentOf(pinned))));
      if (!all.some((wanted) => wanted.includes(own))) forgotten.push(name);
    }

    expect(forgotten).toEqual([]);
  });
});
