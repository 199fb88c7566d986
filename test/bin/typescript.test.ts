import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newFolder } from '../support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Node as if it did not run TypeScript. */
const NODE = process.features.typescript ? ['--no-experimental-strip-types'] : [];

/** Starts a program with the launcher of a project. */
const start = (program: string, args: readonly string[] = [], root = ROOT, TMPDIR?: string) => {
  const launcher = path.join(root, 'bin/typescript.js');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...NODE, launcher, program, ...args],
    { encoding: 'utf8', env: { ...process.env, ...(TMPDIR === undefined ? {} : { TMPDIR }) } },
  );
  return { stdout, stderr, status };
};

/** Writes a program of two modules, the second of which is loaded when it is needed. */
const writeProgram = (folder: string, word: string): string => {
  writeFileSync(path.join(folder, 'word.ts'), `export const word: string = '${word}';\n`);
  const program = path.join(folder, 'program.ts');
  writeFileSync(
    program,
    `const { word } = await import('./word.ts');
const [, file, ...args] = process.argv;
console.log(JSON.stringify({ word, file, args, folder: import.meta.dirname, url: import.meta.url }));\n`,
  );
  return program;
};

const printed = ({ stdout, stderr }: ReturnType<typeof start>): unknown => {
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

describe('A program in TypeScript, started with a Node that does not run it', () => {
  it('gets its arguments and knows where its source is, also from the cache', () => {
    const folder = newFolder();
    const program = writeProgram(folder, 'first');
    const expected = {
      word: 'first',
      file: program,
      args: ['--one', 'two'],
      folder,
      url: `file://${program}`,
    };

    for (const _ of [1, 2]) expect(printed(start(program, ['--one', 'two']))).toEqual(expected);
  });

  it('is compiled again after a change of one of its modules', () => {
    const folder = newFolder();
    const program = writeProgram(folder, 'first');
    start(program);

    writeProgram(folder, 'changed');

    expect(printed(start(program))).toMatchObject({ word: 'changed' });
  });

  it('starts if the cache cannot be written, and leaves nothing', () => {
    const root = newFolder();
    cpSync(path.join(ROOT, 'bin'), path.join(root, 'bin'), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
    writeFileSync(path.join(root, '.cache'), 'not a folder');
    const folder = path.join(root, 'lib');
    mkdirSync(folder);
    const temporary = newFolder();
    const ended = start(writeProgram(folder, 'first'), [], root, temporary);

    expect(printed(ended)).toMatchObject({ word: 'first' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('says what is wrong with a source that cannot be compiled', () => {
    const program = path.join(newFolder(), 'program.ts');
    writeFileSync(program, 'const = 1;\n');

    const { status, stderr } = start(program);

    expect(status).toBe(1);
    expect(stderr).toContain(`${path.basename(program)}:1:6`);
  });
});
