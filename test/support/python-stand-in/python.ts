/**
 * A stand-in for Python, pip and uv. It creates environments without packages. As the guard of a platform, it runs the simulated server
 * instead of the platform.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child-process.ts';
import { manifestOf, RESNET50, servingNames } from '../../../serving-configs/index.ts';
import { factsOf, isPossible } from '../../../serving-configs/runtimes/venv/venv-facts.ts';
import { writePython } from './write-python.ts';

const [first = '', second = '', ...rest] = process.argv.slice(2);

const reference = path.resolve(import.meta.dirname, '../../../serving-configs/reference/main.ts');

/** The words of a command line as a pattern that finds the ports. */
const patternOf = (words: readonly string[]): RegExp => {
  const escaped = words.join('\0').replaceAll(/[.*+?^$()[\]|\\]/g, String.raw`\$&`);
  const ports = escaped
    .replace('{restPort}', '(?<rest>\\d+)')
    .replace('{grpcPort}', '(?<grpc>\\d+)');
  return new RegExp(`^${ports.replaceAll(/\{[a-zA-Z:]+\}/g, '[^\0]*')}$`);
};

/** The options of the simulated server that answers like the platform with this command line. */
const optionsOf = (command: readonly string[], folder: string): readonly string[] => {
  const served = process.env['SERVED_MODEL'] ?? '{}';
  const { name, file = '', example } = JSON.parse(served) as Record<string, string>;
  const description = path.join(folder, 'served.json');
  if (example !== undefined) {
    const model = { ...JSON.parse(served), kind: 'given', formats: { onnx: file } };
    writeFileSync(description, JSON.stringify(model));
  }
  const model = example === undefined ? ['--weights', file] : ['--model', description];
  for (const serving of servingNames) {
    const facts = factsOf(serving);
    if (!isPossible(facts)) continue;
    const isServed =
      example === undefined
        ? manifestOf(serving, RESNET50).model.name === name
        : facts.unserved?.given === undefined;
    if (!isServed) continue;
    const { groups } = patternOf(facts.command).exec(command.join('\0')) ?? {};
    if (groups === undefined) continue;
    const ports = ['--port', groups['rest'] ?? '', '--grpc-port', groups['grpc'] ?? '0'];
    return ['--serving', serving, ...ports, ...model];
  }
  throw new Error(`no serving has this command: ${command.join(' ')}`);
};

/** Adds a line to a file in the cache, so that tests can count how often something happened. */
const count = (what: 'started' | 'stopped'): void =>
  appendFileSync(path.join(process.env['SERVING_COMPARE_CACHE'] ?? '', what), 'one\n');

const guard = async (args: readonly string[]): Promise<void> => {
  count('started');
  const folder = args[args.indexOf('--remove') + 1] ?? '';
  const options = optionsOf(args.slice(args.indexOf('--') + 1), folder);
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, reference, ...options, '--threads', '1'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const stop = (): void => void child.kill('SIGTERM');
  process.once('SIGTERM', stop);
  process.stdin.once('close', stop).resume();
  await once(child, 'close');
  rmSync(folder, { recursive: true, force: true });
  count('stopped');
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
