// Stands for the scripts of a serving node: `node --import tsx serving-node.ts start|stop|inspect`. The serving is the real
// reference serving, as a process instead of a unit. Needs SERVING_NODE_DIR and SERVING_NODE_HOST; parameters of the
// documents come as SSM_… variables, as the agent gives them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeFigures } from '../../../lib/deployment/node-figures.ts';
import type { ServingReady, ServingState } from '../../../lib/deployment/serving-state.ts';
import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';

const { SERVING_NODE_DIR: dir = '', SERVING_NODE_HOST: host = '' } = process.env;
const root = join(import.meta.dirname, '../../..');
const stateFile = join(dir, 'serving.json');
const logFile = join(dir, 'serving.log');

interface Started {
  readonly serving: ServingName;
  readonly pid: number;
}

const started = (): Started | undefined => {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as Started;
  } catch {
    return undefined;
  }
};

/** A process that was not waited for stays as a zombie, and is dead. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const stop = async (): Promise<void> => {
  const { pid } = started() ?? {};
  if (pid !== undefined && isAlive(pid)) {
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await sleep(10);
  }
  rmSync(stateFile, { force: true });
};

const answers = async (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );

const start = async (
  serving: ServingName,
  engine: ServingReady['engine'],
  delayMs: string,
): Promise<ServingReady> => {
  await stop();
  const startedAt = performance.now();
  const { port, path } = manifestOf(serving).health;
  const log = openSync(logFile, 'w');
  const child = spawn(
    process.execPath,
    [
      '--import=tsx',
      'serving-configs/reference/main.ts',
      `--serving=${serving}`,
      `--engine=${engine}`,
      ...(delayMs === '' ? [] : [`--delay=${delayMs}`]),
      `--host=${host}`,
      `--port=${port}`,
    ],
    { cwd: root, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  child.unref();
  const ended = once(child, 'exit').then(() => 'ended' as const);
  writeFileSync(stateFile, JSON.stringify({ serving, pid: child.pid }));
  while (!(await answers(`http://${host}:${port}${path}`))) {
    if ((await Promise.race([ended, sleep(20)])) === 'ended') {
      process.stderr.write(readFileSync(logFile, 'utf8'));
      process.exit(4);
    }
  }
  const timeToReadyMs = performance.now() - startedAt;
  return { serving, engine, runtime: 'reference', timeToReadyMs };
};

/** Figures that can be told from others; a sampler has tests of its own. */
const figures = (fromMs: number, toMs: number): NodeFigures => ({
  samples: Math.round((toMs - fromMs) / 1000),
  cpuBusyShare: 0.5,
  cpuStealShare: 0,
  memoryUsedBytes: 1,
  rxBytes: 2,
  txBytes: 3,
});

const inspect = (from: string, to: string): ServingState => {
  const current = started();
  const alive = current !== undefined && isAlive(current.pid);
  return {
    ...(current === undefined ? {} : { serving: current.serving }),
    state: alive ? 'active' : current === undefined ? 'inactive' : 'failed',
    restarts: 0,
    ...(current === undefined || alive ? {} : { lastWords: 'killed by the test' }),
    clockMs: Date.now(),
    ...(from === '' ? {} : { figures: figures(Number(from), Number(to)) }),
    machine: {
      instanceId: process.env.EMU_INSTANCE_ID ?? 'unknown',
      instanceType: process.env.EMU_INSTANCE_TYPE ?? 'unknown',
      availabilityZone: 'us-east-1a',
      cpuModel: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      os: 'test',
      kernel: release(),
      architecture: process.arch,
      bootstrapVersion: 'b'.repeat(64),
    },
  };
};

const run = async (): Promise<object> => {
  const { SSM_Serving, SSM_Engine, SSM_DelayMs = '', SSM_FromMs = '', SSM_ToMs = '' } = process.env;
  const [, , verb = ''] = process.argv;
  switch (verb) {
    case 'start':
      return start(SSM_Serving as ServingName, SSM_Engine as ServingReady['engine'], SSM_DelayMs);
    case 'stop':
      await stop();
      return { state: 'inactive' };
    case 'inspect':
      return inspect(SSM_FromMs, SSM_ToMs);
    default:
      throw new Error('say start, stop or inspect');
  }
};

process.stdout.write(`${JSON.stringify(await run())}\n`);
