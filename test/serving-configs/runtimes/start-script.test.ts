import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { PORT, writeStartScript } from '../../../serving-configs/runtimes/start-script.ts';
import { newFolder } from '../../support/temporary-folder.ts';

/** Prints its arguments, one a line. On a machine with few programs, Node is one of them. */
const PRINT = [
  process.execPath,
  '-e',
  'for (const word of process.argv.slice(1)) console.log(word);',
  '--',
];

/** Writes a script whose server prints its arguments, one a line, and runs it. */
const printedBy = async (
  script: Partial<Parameters<typeof writeStartScript>[1]>,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> => {
  const folder = newFolder();
  const command = [...PRINT, ...(script.command ?? [])];
  await writeStartScript(folder, { comment: [], port: 8000, ...script, command });
  const { PATH = '' } = process.env;
  const file = path.join(folder, 'start.sh');
  const { stdout } = await promisify(execFile)(file, [...args], { env: { PATH, ...env } });
  return stdout.trimEnd().split('\n');
};

describe('a script that starts a server', () => {
  it('passes each word of the command as it is', async () => {
    const command = ['a b', "it's", '{"models":[1]}', '$HOME', '*'];

    expect(await printedBy({ command })).toEqual(command);
  });

  it('runs other commands before it', async () => {
    expect(await printedBy({ before: ['export A=1', 'echo $A'], command: ['b'] })).toEqual([
      '1',
      'b',
    ]);
  });

  it('uses the port of its server, or that of its first argument or the variable PORT', async () => {
    const command = [`--port=${PORT}`, PORT];

    expect(await printedBy({ command })).toEqual(['--port=8000', '8000']);
    expect(await printedBy({ command }, [], { PORT: '9001' })).toEqual(['--port=9001', '9001']);
    expect(await printedBy({ command }, ['9002'], { PORT: '9001' })).toEqual([
      '--port=9002',
      '9002',
    ]);
  });

  it('finds files beside it, wherever its folder is moved to', async () => {
    const [folder, moved] = [newFolder(), path.join(newFolder(), "it's moved")];
    const command = [...PRINT, `--config=${folder}/a.json`];
    await writeStartScript(folder, { comment: [], command, port: 1 });
    await rename(folder, moved);
    const { stdout } = await promisify(execFile)(path.join(moved, 'start.sh'));

    expect(stdout).toBe(`--config=${moved}/a.json\n`);
  });

  it('can be read and run by everyone, and written by its owner', async () => {
    const folder = newFolder();
    await writeStartScript(folder, { comment: ['What it is.'], command: ['true'], port: 1 });

    expect(statSync(path.join(folder, 'start.sh')).mode & 0o777).toBe(0o755);
  });
});
