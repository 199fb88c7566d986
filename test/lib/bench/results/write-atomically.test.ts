import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../../../lib/bench/results/write-atomically.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const broken = new Error('no more');

const breakingOff = function* (): Generator<string> {
  yield 'after';
  throw broken;
};

describe('A file that is written atomically', () => {
  it('holds all parts that it was given, short ones and long ones', async () => {
    const file = join(newFolder(), 'text');
    const parts = ['a\n', 'b'.repeat(3_000_000), '', 'ä\n', ...Array<string>(5000).fill('c\n')];

    await writeAtomically(file, parts);

    expect(await readFile(file, 'utf8')).toBe(parts.join(''));
  });

  it('stays unchanged, with no other file beside it, if a part throws', async () => {
    const folder = newFolder();
    const file = join(folder, 'text');
    await writeFile(file, 'before');
    await expect(writeAtomically(file, breakingOff())).rejects.toBe(broken);
    expect(await readFile(file, 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['text']);
  });
});
