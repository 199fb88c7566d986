import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { newFolder } from '../../../support/temporary-folder.ts';
import { readUntil } from '../../../support/read-until.ts';
import { writeProgram } from '../../../support/write-program.ts';

const GUARD = path.resolve(
  import.meta.dirname,
  '../../../../serving-configs/runtimes/docker/guard.sh',
);

/**
 * Runs a container of a stand-in for Docker: `docker run` ends with 137 when the container was removed, which succeeds only the second
 * time, or with 3 if it is told to end.
 */
const runGuarded = () => {
  const folder = newFolder();
  const work = path.join(folder, 'work');
  mkdirSync(work);
  writeProgram(
    path.join(folder, 'docker'),
    `const { appendFileSync, existsSync, writeFileSync } = require('node:fs');
    const [command] = process.argv.slice(2);
    const at = (name) => ${JSON.stringify(`${folder}/`)} + name;
    appendFileSync(at('calls'), process.argv.slice(2).join(' ') + '\\n');
    if (command === 'rm') writeFileSync(at(existsSync(at('tried')) ? 'removed' : 'tried'), '');
    else setInterval(() => {
      if (existsSync(at('removed'))) process.exit(137);
      if (existsSync(at('end'))) process.exit(3);
    }, 20);`,
  );
  const child = spawn('sh', [GUARD, 'my-container', work, 'run', 'an image'], {
    env: { ...process.env, PATH: `${folder}${path.delimiter}${process.env['PATH']}` },
  });
  const calls = (): readonly string[] =>
    existsSync(path.join(folder, 'calls'))
      ? readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n')
      : [];
  return {
    child,
    calls,
    work,
    end: () => writeFileSync(path.join(folder, 'end'), ''),
    ended: once(child, 'close').then(([code]) => code as number | null),
    isRunning: () => readUntil(calls, ({ length }) => length > 0, 60_000),
  };
};

describe('The guard of a container', () => {
  it('removes the container when the process that started it has died, even if Docker does not know it yet', async () => {
    const { child, calls, work, ended, isRunning } = runGuarded();
    await isRunning();
    child.stdin.end();

    expect(await ended).toBe(137);
    expect(calls().slice(0, 3)).toEqual([
      'run an image',
      'rm --force --volumes my-container',
      'rm --force --volumes my-container',
    ]);
    expect(existsSync(work)).toBe(false);
  });

  it('ends like the container, and removes nothing but its folder', async () => {
    const { calls, work, end, ended, isRunning } = runGuarded();
    await isRunning();
    end();

    expect(await ended).toBe(3);
    expect(calls()).toEqual(['run an image']);
    expect(existsSync(work)).toBe(false);
  });
});
