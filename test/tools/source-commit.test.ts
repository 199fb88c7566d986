import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME_PATHS } from '../../lib/aws/bundle/runtime-sources.ts';
import { sourceCommit } from '../../lib/aws/bundle/runtime-sources.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';

beforeAll(() => assertPrograms('git'));

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
