import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { filesBelow } from '../../../lib/bundle/file-list.ts';
import { buildModels, modelsHash } from '../../../lib/bundle/models.ts';
import { writeArchive } from '../../../lib/bundle/write-archive.ts';
import { useTemporaryFolders } from '../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();

const sourceFolder = (): string => {
  const folder = newFolder();
  mkdirSync(path.join(folder, 'deep/er'), { recursive: true });
  writeFileSync(path.join(folder, 'deep/er/data.bin'), Buffer.from([0, 1, 254, 255]));
  writeFileSync(path.join(folder, 'run.sh'), '#!/bin/sh\necho ran\n');
  chmodSync(path.join(folder, 'run.sh'), 0o755);
  return folder;
};

const archiveOf = async (folder: string): Promise<string> => {
  const place = path.join(newFolder(), 'new/archive.tar.gz');
  await writeArchive(place, filesBelow(folder, '.'), [{ name: 'MADE', content: 'here\n' }]);
  return place;
};

describe('an archive', () => {
  it('is the same, byte for byte, wherever and whenever it is made', async () => {
    const [one, other] = [sourceFolder(), sourceFolder()];
    utimesSync(path.join(other, 'run.sh'), 1, 1);
    chmodSync(path.join(other, 'deep/er/data.bin'), 0o600);

    expect(readFileSync(await archiveOf(one)).equals(readFileSync(await archiveOf(other)))).toBe(
      true,
    );
  });

  it('unpacks to what was packed, with a list of hashes that sha256sum accepts', async () => {
    const unpacked = newFolder();
    execFileSync('tar', ['-xzf', await archiveOf(sourceFolder()), '-C', unpacked]);

    expect(execFileSync(path.join(unpacked, 'run.sh'), { encoding: 'utf8' })).toBe('ran\n');
    expect([...readFileSync(path.join(unpacked, 'deep/er/data.bin'))]).toEqual([0, 1, 254, 255]);
    expect(
      execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
        cwd: unpacked,
        encoding: 'utf8',
      }),
    ).toBe('MADE: OK\ndeep/er/data.bin: OK\nrun.sh: OK\n');
  });

  it('is not at its place when it could not be finished', async () => {
    const folder = sourceFolder();
    const place = path.join(newFolder(), 'archive.tar.gz');
    const missing = { name: 'gone', place: path.join(folder, 'gone'), isExecutable: false };

    await expect(writeArchive(place, [missing], [])).rejects.toThrow('ENOENT');
    expect(existsSync(place)).toBe(false);
    expect(readdirSync(path.dirname(place))).toEqual([]);
  });
});

describe('the archive of models', () => {
  it('is made once and named after its content', async () => {
    const folder = sourceFolder();
    const cache = newFolder();
    const place = await buildModels(folder, cache);

    expect(place).toBe(path.join(cache, `models-${modelsHash(folder)}.tar.gz`));
    writeFileSync(place, 'as it was');
    expect(readFileSync(await buildModels(folder, cache), 'utf8')).toBe('as it was');
    writeFileSync(path.join(folder, 'more'), '');
    expect(await buildModels(folder, cache)).not.toBe(place);
  });

  it('replaces a list of hashes that came with the models', async () => {
    const folder = sourceFolder();
    const without = modelsHash(folder);
    writeFileSync(path.join(folder, 'SHA256SUMS'), 'old');

    expect(modelsHash(folder)).toBe(without);
  });
});
