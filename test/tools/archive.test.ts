import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from '../../lib/aws/bundle/file-list.ts';
import { writeArchive } from '../../lib/aws/bundle/write-archive.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';

beforeAll(() => assertPrograms('tar'));

describe('an archive for the nodes', () => {
  it('can be unpacked by tar', async () => {
    const [sources, unpacked] = [newFolder(), newFolder()];
    mkdirSync(path.join(sources, 'deep/er'), { recursive: true });
    writeFileSync(path.join(sources, 'deep/er/data.bin'), Buffer.from([0, 1, 254, 255]));
    writeFileSync(path.join(sources, 'run.sh'), '#!/bin/sh\necho ran\n', { mode: 0o755 });
    const archive = path.join(newFolder(), 'archive.tar.gz');
    await writeArchive(archive, filesBelow(sources, '.'));
    execFileSync('tar', ['-xzf', archive, '-C', unpacked]);

    expect(execFileSync(path.join(unpacked, 'run.sh'), { encoding: 'utf8' })).toBe('ran\n');
    // A ZIP file, such as the archive of a model, cannot hold an earlier year.
    expect(statSync(path.join(unpacked, 'run.sh')).mtime.getUTCFullYear()).toBeGreaterThan(1980);
    expect([...readFileSync(path.join(unpacked, 'deep/er/data.bin'))]).toEqual([0, 1, 254, 255]);
  });
});
