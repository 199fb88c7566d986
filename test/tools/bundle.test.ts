import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME_PATHS } from '../../lib/aws/bundle/runtime-sources.ts';
import { sourceCommit } from '../../lib/aws/bundle/runtime-sources.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';
import { filesBelow } from '../../lib/aws/bundle/file-list.ts';
import { writeArchive } from '../../lib/aws/bundle/write-archive.ts';

beforeAll(() => assertPrograms('tar', 'git'));

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

describe('The commit that a bundle names', () => {
  it('is the last commit that changed files of the nodes, and is marked if a file differs from it', () => {
    const root = newFolder();
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: root,
        encoding: 'utf8',
      }).trim();
    const commitFile = (file: string): string => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), '1\n');
      git('add', '--all');
      git('commit', '--quiet', '--message', file);
      return git('rev-parse', 'HEAD');
    };
    const runtimeFile = path.join(RUNTIME_PATHS[0] ?? '', 'a.ts');

    expect(sourceCommit(root)).toBe('');

    git('init', '--quiet');
    const commit = commitFile(runtimeFile);
    commitFile('README.md');
    expect(sourceCommit(root)).toBe(commit);

    appendFileSync(path.join(root, runtimeFile), '2\n');
    expect(sourceCommit(root)).toBe(`${commit}-dirty`);
  });
});
