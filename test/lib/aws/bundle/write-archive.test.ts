import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { filesBelow } from '../../../../lib/aws/bundle/file-list.ts';
import { buildModels, modelsHash } from '../../../../lib/aws/bundle/bundle.ts';
import { writeArchive } from '../../../../lib/aws/bundle/write-archive.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { unpack } from '../../../support/unpack.ts';

const sourceFolder = (): string => {
  const folder = newFolder();
  mkdirSync(path.join(folder, 'deep/er'), { recursive: true });
  writeFileSync(path.join(folder, 'deep/er/data.bin'), Buffer.from([0, 1, 254, 255]));
  writeFileSync(path.join(folder, 'run.sh'), '#!/bin/sh\necho ran\n');
  chmodSync(path.join(folder, 'run.sh'), 0o755);
  return folder;
};

const archiveOf = async (folder: string): Promise<string> => {
  const archive = path.join(newFolder(), 'new/archive.tar.gz');
  await writeArchive(archive, filesBelow(folder, '.'));
  return archive;
};

describe('an archive', () => {
  it('is the same, byte for byte, wherever and whenever it is made', async () => {
    const [first, second] = [sourceFolder(), sourceFolder()];
    utimesSync(path.join(second, 'run.sh'), 1, 1);
    // Windows has no executable files.
    chmodSync(path.join(second, 'run.sh'), 0o644);
    chmodSync(path.join(second, 'deep/er/data.bin'), 0o600);

    expect(readFileSync(await archiveOf(first)).equals(readFileSync(await archiveOf(second)))).toBe(
      true,
    );
  });

  it('unpacks to what was packed', async () => {
    const unpacked = newFolder();
    await unpack(await archiveOf(sourceFolder()), unpacked);
    const inside = (name: string): Buffer => readFileSync(path.join(unpacked, name));

    expect(inside('run.sh').toString()).toBe('#!/bin/sh\necho ran\n');
    expect(statSync(path.join(unpacked, 'run.sh')).mode & 0o777).toBe(0o755);
    expect([...inside('deep/er/data.bin')]).toEqual([0, 1, 254, 255]);
  });

  it('does not appear if it could not be finished', async () => {
    const folder = sourceFolder();
    const archive = path.join(newFolder(), 'archive.tar.gz');
    const missing = { name: 'gone', file: path.join(folder, 'gone') };

    await expect(writeArchive(archive, [missing])).rejects.toThrow('ENOENT');
    expect(existsSync(archive)).toBe(false);
    expect(readdirSync(path.dirname(archive))).toEqual([]);
  });
});

describe('the archive of models', () => {
  it('is made once and named after its content', async () => {
    const folder = sourceFolder();
    const cache = newFolder();
    const archive = await buildModels(folder, cache);

    expect(archive).toBe(path.join(cache, `models-${modelsHash(folder)}.tar.gz`));
    writeFileSync(archive, 'as it was');
    expect(readFileSync(await buildModels(folder, cache), 'utf8')).toBe('as it was');
    writeFileSync(path.join(folder, 'more'), '');
    expect(await buildModels(folder, cache)).not.toBe(archive);
  });
});
