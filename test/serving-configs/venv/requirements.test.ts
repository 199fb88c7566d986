import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  pinnedVersions,
  readRequirements,
  versionOf,
} from '../../../serving-configs/venv/requirements.ts';

const folder = path.resolve(import.meta.dirname, '../../../serving-configs/venv');
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

/** The entries of a file: a package with what belongs to it on the lines that follow. */
const entriesOf = (file: string): readonly string[] =>
  readFileSync(path.join(folder, file), 'utf8')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));

describe('the requirements of the environments', () => {
  it.each(files)('pin every package of %s and know the hash of its files', (file) => {
    const loose = entriesOf(file).filter(
      (entry) =>
        !/^[A-Za-z0-9._-]+(\[[^\]]*\])?==\S+(\s+;.*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*$/.test(
          entry,
        ),
    );

    expect(loose).toEqual([]);
  });

  it.each(files)('name no registry in %s', (file) => {
    expect(readFileSync(path.join(folder, file), 'utf8')).not.toMatch(
      /https?:|--(extra-)?index-url/,
    );
  });

  it.each(files)('keep to what its list of wishes pins: %s', (file) => {
    const wished = pinnedVersions(
      readFileSync(path.join(folder, file.replace(/txt$/, 'in')), 'utf8'),
    );
    const pinned = pinnedVersions(readFileSync(path.join(folder, file), 'utf8'));

    expect(wished.size).toBeGreaterThan(0);
    expect(Object.fromEntries(pinned)).toMatchObject(Object.fromEntries(wished));
  });

  it('compute with one version of the engine in all environments', async () => {
    const names = files
      .filter((file) => !file.includes('.source.'))
      .map((file) => file.slice(0, -4));
    const versions = await Promise.all(
      names.map(async (name) => versionOf(await readRequirements(name), 'onnxruntime')),
    );

    expect(new Set(versions).size).toBe(1);
  });

  it('are found however their names are written', () => {
    const versions = pinnedVersions(
      'Multi_Model.Server==1.1.11 \\\n    --hash=sha256:0\nray[serve]==2.60.0\n',
    );

    expect([...versions]).toEqual([
      ['multi-model-server', '1.1.11'],
      ['ray', '2.60.0'],
    ]);
  });

  it('say which package an environment lacks', async () => {
    await expect(readRequirements('triton').then((it) => versionOf(it, 'flask'))).rejects.toThrow(
      /triton\.txt has no package flask/,
    );
  });
});
