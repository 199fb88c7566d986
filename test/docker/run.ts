/**
 * `npm run test:docker -- [arguments of jest]`: starts a Docker daemon and a registry, builds the stand-ins for official images that
 * are not built yet, runs the tests of this folder and exits with their exit code. Instead of arguments of jest, `--build` only
 * builds the stand-ins, and `--serve` prints the variables for daemon and registry, and keeps them running until Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStandIns, KEPT_IMAGES, type BuildStep } from './stand-ins/build-stand-ins.ts';
import { startDockerDaemon } from './support/docker-daemon.ts';
import { variablesOf } from './support/docker-environment.ts';
import { startRegistry } from './support/registry.ts';

const ROOT = join(import.meta.dirname, '../..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
/** Exit code of shells for a program that was ended by SIGINT. */
const ENDED_BY_SIGNAL = 130;

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const reportStep = ({ image, seconds, megabytes, pushSeconds }: BuildStep): void => {
  const pushed = pushSeconds === undefined ? '' : `, pushed in ${pushSeconds.toFixed(0)} s`;
  log(
    `${image.padEnd(60)} ${seconds.toFixed(0).padStart(4)} s ${megabytes.toFixed(0).padStart(6)} MB${pushed}`,
  );
};

const run = async (
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> => {
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    // Standard output is reserved for the variables that `--serve` prints.
    stdio: ['inherit', process.stderr.fd, process.stderr.fd],
  });
  const endIt = (): void => void child.kill();
  process.on('SIGTERM', endIt);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  process.off('SIGTERM', endIt);
  return exitCode ?? ENDED_BY_SIGNAL;
};

/** Prepares the containers of all servings with the command for users. */
const setUp = async (variables: Readonly<Record<string, string>>): Promise<void> => {
  const command = ['setup', '--runtime', 'docker', '--servings', 'all', '--weights', 'lite0'];
  const exitCode = await run(['bin/serving-compare.js', ...command], variables);
  if (exitCode !== 0)
    throw new Error(`serving-compare ${command.join(' ')} ended with ${exitCode}`);
};

const FIRST = '/setup-and-run\\.test';
/** Uses its own daemon. */
const DEPLOYMENT = '/serving-node\\.test';
/** Checks that no container of the daemon is left, so nothing else may run beside it. */
const ALONE = '/faults\\.test';

/** Runs jest with the given arguments, or on all files without arguments; the first file starts with an empty Docker. */
const test = async (
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> => {
  const jest = (pattern: string, ...more: readonly string[]): Promise<number> =>
    run([JEST, ...more, '--testPathPatterns', pattern], variables);
  if (args.length > 0) {
    if (!args.some((arg) => /setup-and-run|serving-node/.test(arg))) await setUp(variables);
    return run([JEST, '--runInBand', ...args, '--roots=test/docker'], variables);
  }
  const onThisDaemon = async (): Promise<number> => {
    const first = await jest(`test/docker${FIRST}`, '--runInBand');
    await setUp(variables);
    const alone = await jest(`test/docker${ALONE}`, '--runInBand');
    const more = ['--testPathIgnorePatterns', FIRST, ALONE, DEPLOYMENT];
    return Math.max(first, alone, await jest('test/docker', '--maxWorkers', '3', ...more));
  };
  // Both must end, even if one fails, because the daemon and the registry are stopped afterwards.
  const [deployment, rest] = await Promise.allSettled([
    jest(`test/docker${DEPLOYMENT}`, '--runInBand'),
    onThisDaemon(),
  ]);
  if (deployment.status === 'rejected') throw deployment.reason;
  if (rest.status === 'rejected') throw rest.reason;
  return Math.max(deployment.value, rest.value);
};

const serve = async (variables: Readonly<Record<string, string>>): Promise<number> => {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`);
  process.stdout.write(lines.join(''));
  // Keeps the process alive, which a signal handler does not.
  const waiting = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  clearInterval(waiting);
  return 0;
};

const main = async (args: readonly string[]): Promise<number> => {
  // The terminal sends SIGINT to all processes of the run; this one cleans up after the others.
  process.on('SIGINT', () => undefined);
  const cache = mkdtempSync(join(tmpdir(), 'serving-compare-'));
  const registry = await startRegistry(KEPT_IMAGES);
  try {
    await buildStandIns(registry, reportStep);
    if (args[0] === '--build') return 0;
    const daemon = await startDockerDaemon();
    try {
      const variables = { ...variablesOf(daemon, registry), SERVING_COMPARE_CACHE: cache };
      if (args[0] !== '--serve') return await test(args, variables);
      await setUp(variables);
      return await serve(variables);
    } finally {
      await daemon.stop();
    }
  } finally {
    await registry.stop();
    rmSync(cache, { recursive: true, force: true });
  }
};

process.exitCode = await main(process.argv.slice(2));
