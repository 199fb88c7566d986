/**
 * A stand-in for Python, pip and uv. It creates environments without packages. As the guard of a platform, it runs the simulated server
 * instead of the platform.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writePython } from './write-python.ts';

const [first = '', second = '', ...rest] = process.argv.slice(2);

const reference = path.resolve(import.meta.dirname, '../../../serving-configs/reference/main.ts');

/** The options of the launcher, which is the parent of the guard. The simulated server has the same options. */
const launcherOptions = (): readonly string[] => {
  const words = readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  return words.slice(words.findIndex((word) => word.endsWith('main.ts')) + 1);
};

const guard = async (args: readonly string[]): Promise<void> => {
  const folder = args[args.indexOf('--remove') + 1] ?? '';
  const options = launcherOptions();
  const child = spawn(
    process.execPath,
    [...process.execArgv, reference, ...options, '--threads', '1'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const stop = (): void => void child.kill('SIGTERM');
  process.once('SIGTERM', stop);
  process.stdin.once('close', stop).resume();
  await once(child, 'close');
  rmSync(folder, { recursive: true, force: true });
  appendFileSync(path.join(process.env['SERVING_COMPARE_CACHE'] ?? '', 'stopped'), 'one\n');
  process.exit(0);
};

switch (first) {
  case '-c':
    process.stdout.write(second.includes('purelib') ? '/nowhere\n' : '3.11.7\n');
    break;
  case '-I':
    await guard(rest);
    break;
  case '-m':
    if (second !== 'venv') break;
    for (const name of ['python', 'uv']) writePython(path.join(rest.at(-1) ?? '', 'bin', name));
    break;
  default: {
    process.stderr.write('Resolved 2 packages\nPrepared 2 packages\n');
    // An installation, which the real uv does in a child process, too.
    const work = `setTimeout(() => {}, 1000 * ${process.env['UV_STAND_IN_SECONDS'] ?? 0})`;
    await once(spawn(process.execPath, ['-e', work], { stdio: 'ignore' }), 'close');
  }
}
