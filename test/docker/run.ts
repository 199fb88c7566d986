/**
 * `npm run test:docker -- [arguments of jest]`: starts a Docker daemon and a registry, builds the stand-ins for official images, runs
 * the tests of this folder and ends with their exit code. With `--serve` in place of arguments it prints the variables of daemon and
 * registry, and leaves them up until Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildStandIns, type BuildStep } from './stand-ins/build-stand-ins.ts';
import { startDockerDaemon } from './support/docker-daemon.ts';
import { variablesOf } from './support/docker-environment.ts';
import { startRegistry } from './support/registry.ts';

const JEST = join(import.meta.dirname, '../../node_modules/jest/bin/jest.js');
/** As a shell says it of a program that a signal ended. */
const ENDED_BY_SIGNAL = 130;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const reportStep = ({ image, seconds, megabytes, pushSeconds }: BuildStep): void => {
  const pushed = pushSeconds === undefined ? '' : `, pushed in ${pushSeconds.toFixed(0)} s`;
  say(
    `${image.padEnd(60)} ${seconds.toFixed(0).padStart(4)} s ${megabytes.toFixed(0).padStart(6)} MB${pushed}`,
  );
};

const runJest = async (
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> => {
  const child = spawn(process.execPath, [JEST, '--runInBand', 'test/docker', ...args], {
    env: { ...process.env, ...variables },
    stdio: 'inherit',
  });
  const endIt = (): void => void child.kill();
  process.on('SIGTERM', endIt);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  process.off('SIGTERM', endIt);
  return exitCode ?? ENDED_BY_SIGNAL;
};

const serve = async (variables: Readonly<Record<string, string>>): Promise<number> => {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`);
  process.stdout.write(lines.join(''));
  // Keeps the process up: a listener for a signal does not.
  const waiting = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  clearInterval(waiting);
  return 0;
};

const main = async (args: readonly string[]): Promise<number> => {
  // The terminal sends it to all processes of the run; this one cleans up behind the others.
  process.on('SIGINT', () => undefined);
  const daemon = await startDockerDaemon();
  try {
    const registry = await startRegistry();
    try {
      await buildStandIns(daemon, registry, { report: reportStep });
      const variables = variablesOf(daemon, registry);
      return await (args[0] === '--serve' ? serve(variables) : runJest(args, variables));
    } finally {
      await registry.stop();
    }
  } finally {
    await daemon.stop();
  }
};

process.exitCode = await main(process.argv.slice(2));
