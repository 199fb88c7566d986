import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { platforms } from '../../../../serving-configs/index.ts';
import {
  pinCommand,
  pinnedVersions,
  readRequirements,
  versionOf,
  wantedPackages,
} from '../../../../serving-configs/runtimes/venv/requirements.ts';

const folder = path.resolve(import.meta.dirname, '../../../../serving-configs');

/** All lists of pinned packages, of shared environments and of those of single platforms. */
const SHARED = 'runtimes/venv';
const platformNames = Object.keys(platforms);
const files = [SHARED, ...platformNames.map((name) => `platforms/${name}/venv`)].flatMap(
  (listFolder) =>
    existsSync(path.join(folder, listFolder))
      ? readdirSync(path.join(folder, listFolder))
          .filter((file) => file.endsWith('.txt'))
          .map((file) => `${listFolder}/${file}`)
      : [],
);
/** Lists that only images use, with their `.in` lists beside them. */
const filesOfImages = ['runtimes/images/gpu.txt', 'models/savedmodel.txt'];
const environmentOf = (file: string): string =>
  file.startsWith(SHARED) ? path.basename(file, '.txt') : (file.split('/')[1] ?? '');

/** The entries of a list: a package with its hashes on the following lines. */
const entriesOf = (file: string): readonly string[] =>
  readFileSync(path.join(folder, file), 'utf8')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));

describe('the requirements of the environments', () => {
  it.each([...files, ...filesOfImages])(
    'pin every package of %s and the hashes of its files',
    (file) => {
      const unpinned = entriesOf(file).filter(
        (entry) =>
          !/^[A-Za-z0-9._-]+(\[[^\]]*\])?==\S+(\s+;.*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*$/.test(
            entry,
          ),
      );

      expect(unpinned).toEqual([]);
    },
  );

  it.each([...files, ...filesOfImages])('name no registry in %s', (file) => {
    expect(readFileSync(path.join(folder, file), 'utf8')).not.toMatch(
      /https?:|--(extra-)?index-url/,
    );
  });

  it.each([...files, ...filesOfImages])('keep the pins of the input lists: %s', async (file) => {
    const wanted = pinnedVersions(
      file.includes('.source.') || filesOfImages.includes(file)
        ? readFileSync(path.join(folder, file.replace(/txt$/, 'in')), 'utf8')
        : await wantedPackages(environmentOf(file)),
    );
    const pinned = pinnedVersions(readFileSync(path.join(folder, file), 'utf8'));

    expect(wanted.size).toBeGreaterThan(0);
    expect(Object.fromEntries(pinned)).toMatchObject(Object.fromEntries(wanted));
  });

  it('name the command that pins a package if it is missing', async () => {
    const requirements = await readRequirements('python');
    const readme = readFileSync(path.join(folder, SHARED, 'README.md'), 'utf8');

    expect(() => versionOf(requirements, 'bottle')).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        hint: expect.stringContaining(
          pinCommand('python', 'serving-configs/runtimes/venv/python.txt'),
        ) as string,
      }),
    );
    expect(readme.replaceAll(/ \\\n +/g, ' ')).toContain(
      pinCommand('NAME', 'serving-configs/runtimes/venv/NAME.txt'),
    );
  });

  it('have the same version of ONNX Runtime in all environments', async () => {
    const names = files.filter((file) => !file.includes('.source.')).map(environmentOf);
    const versions = await Promise.all(
      names.map(async (name) => versionOf(await readRequirements(name), 'onnxruntime')),
    );

    expect(names.length).toBeGreaterThan(3);
    expect(new Set(versions).size).toBe(1);
  });

  it('include those of every platform', async () => {
    const missing = [];
    for (const name of platformNames) {
      const file = path.join(folder, 'platforms', name, 'venv', 'requirements.in');
      if (!existsSync(file)) continue;
      const required = readFileSync(file, 'utf8');
      const all = await Promise.all(files.map((pinned) => wantedPackages(environmentOf(pinned))));
      if (!all.some((wanted) => wanted.includes(required))) missing.push(name);
    }

    expect(missing).toEqual([]);
  });
});
