// A stand-in for the scripts of a serving node. The serving is our simulated server, as a process instead of a systemd unit.
// The commands run in the process of the tests, since starting Node.js for each would take longer than the command itself.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { TYPESCRIPT_LOADER } from '../../../lib/bench/run/child-process.ts';
import type { MemoryUse, NodeFigures } from '../../../lib/aws/contract/node-figures.ts';
import {
  startServingExitCodes,
  type ServingDisturbed,
  type ServingReady,
  type ServingState,
} from '../../../lib/aws/contract/serving-state.ts';
import { servingFactsOf, type ServingName } from '../../../serving-configs/index.ts';
import { settingsArguments } from '../../../serving-configs/runtimes/simulated-settings.ts';
import { settingsOfId } from '../../../serving-configs/settings.ts';

const root = join(import.meta.dirname, '../../..');
const HEALTH_POLL_MS = 20;
/** How late faults are. */
const LATE_MS = 300;

export type ServingVerb = 'start' | 'stop' | 'inspect' | 'disturb' | 'end';

export interface ServingNode {
  /** The shell command of a document. It gets its parameters as variables SSM_…, as from the SSM agent. */
  readonly script: (verb: ServingVerb) => string;
  /** Whether a serving was started and not stopped since, even if it died. */
  readonly hasServing: () => boolean;
  /** Makes servings load the user's model from this folder instead of the bucket. */
  readonly takeModelFrom: (folder: string) => void;
  /** Kills the serving, like a crash. */
  readonly killServing: () => void;
  readonly close: () => Promise<void>;
}

interface Started {
  readonly serving: ServingName;
  readonly child: ChildProcess;
  readonly printed: () => string;
}

type Variables = Readonly<Record<string, string>>;

/** Parses the variables of the SSM agent and of the emulated instance from the output of `env`. */
const variablesOf = (printed: string): Variables =>
  Object.fromEntries(
    [...printed.matchAll(/^((?:SSM|EMU)_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  ) as Variables;

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

const answers = async (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );

/** Made-up figures that a test can recognise. */
const figures = (fromMs: number, toMs: number): NodeFigures => ({
  samples: Math.round((toMs - fromMs) / 1000),
  cpuBusyShare: 0.5,
  cpuStealShare: 0,
  memoryUsedBytes: 1,
  rxBytes: 2,
  txBytes: 3,
});

/** What a serving printed before it was killed. */
export const LAST_LINES = 'killed by the test';

/** The memory of a serving that leaks memory of the machine and of the GPU. */
const memory = (parts: number): readonly MemoryUse[] =>
  Array.from({ length: parts }, (_, part) => ({
    usedBytes: (1000 + 5 * part) * 2 ** 20,
    gpuUsedMiB: 2000 + 10 * part,
  }));

const inspect = (
  started: Started | undefined,
  { SSM_FromMs = '', SSM_ToMs = '', SSM_Parts = '', EMU_INSTANCE_ID, EMU_INSTANCE_TYPE }: Variables,
): ServingState => {
  const isDead = started !== undefined && hasEnded(started.child);
  return {
    ...(started === undefined ? {} : { serving: started.serving }),
    state: isDead ? 'failed' : started === undefined ? 'inactive' : 'active',
    ...(isDead ? { lastLines: LAST_LINES } : {}),
    ...(SSM_FromMs === '' ? {} : { figures: figures(Number(SSM_FromMs), Number(SSM_ToMs)) }),
    ...(SSM_Parts === '' ? {} : { memory: memory(Number(SSM_Parts)) }),
    node: {
      instanceId: EMU_INSTANCE_ID ?? 'unknown',
      instanceType: EMU_INSTANCE_TYPE ?? 'unknown',
      bootstrapVersion: 'b'.repeat(64),
      machine: {
        cpuModel: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        memoryBytes: totalmem(),
        os: 'test',
        kernel: release(),
        architecture: process.arch,
      },
    },
  };
};

/** Starts the simulated server on its platform's port. */
const launch = (
  host: string,
  modelFolder: string,
  {
    SSM_Serving,
    SSM_Engine = '',
    SSM_DelayMs = '',
    SSM_DelayPerInputMs = '',
    SSM_Settings = '',
    SSM_Model = '',
  }: Variables,
): Started => {
  const serving = SSM_Serving as ServingName;
  const child = spawn(
    process.execPath,
    [
      ...TYPESCRIPT_LOADER,
      'serving-configs/reference/main.ts',
      `--serving=${serving}`,
      `--engine=${SSM_Engine}`,
      ...(SSM_DelayMs === '' ? [] : [`--delay=${SSM_DelayMs}ms`]),
      ...(SSM_DelayPerInputMs === '' ? [] : [`--delay-per-input=${SSM_DelayPerInputMs}ms`]),
      ...settingsArguments(settingsOfId(SSM_Settings)),
      ...(SSM_Model === '' ? [] : [`--model=${join(modelFolder, 'model.json')}`]),
      `--host=${host}`,
      `--port=${servingFactsOf(serving).health.port}`,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (printed += String(chunk)));
  return { serving, child, printed: () => printed };
};

/** @throws Error with the serving's output if it ends before it is ready. */
const untilReady = async ({ child, printed }: Started): Promise<void> => {
  const healthUrl = (): string => /"healthUrl":"([^"]+)"/.exec(printed())?.[1] ?? '';
  while (!(await answers(healthUrl()))) {
    if (hasEnded(child)) throw new Error(printed());
    await sleep(HEALTH_POLL_MS);
  }
};

/** Kills or pauses the serving, a little later than requested. */
const disturb = async (
  started: Started | undefined,
  { SSM_Fault, SSM_AtMs, SSM_ForMs }: Variables,
): Promise<ServingDisturbed> => {
  await sleep(Math.max(0, Number(SSM_AtMs) + LATE_MS - Date.now()));
  const atMs = Date.now();
  started?.child.kill(SSM_Fault === 'kill-worker' ? 'SIGKILL' : 'SIGSTOP');
  if (SSM_Fault === 'pause-worker') {
    await sleep(Number(SSM_ForMs));
    started?.child.kill('SIGCONT');
  }
  return { atMs };
};

/** Creates a serving node whose servings listen on an address of this machine. */
export const openServingNode = async (host: string): Promise<ServingNode> => {
  let started: Started | undefined;
  let modelFolder = '';

  const stop = async (): Promise<object> => {
    if (started !== undefined && !hasEnded(started.child)) {
      const ended = once(started.child, 'exit');
      started.child.kill('SIGKILL');
      await ended;
    }
    started = undefined;
    return { state: 'inactive' };
  };

  const start = async (variables: Variables): Promise<ServingReady> => {
    await stop();
    const startedAt = performance.now();
    started = launch(host, modelFolder, variables);
    await untilReady(started);
    return {
      serving: started.serving,
      engine: variables['SSM_Engine'] as ServingReady['engine'],
      runtime: 'simulated',
      timeToReadyMs: performance.now() - startedAt,
    };
  };

  const verbs: Readonly<Record<ServingVerb, (variables: Variables) => Promise<object>>> = {
    start,
    stop,
    inspect: async (variables) => inspect(started, variables),
    disturb: (variables) => disturb(started, variables),
    end: () => Promise.resolve({ state: 'ending' }),
  };
  const server = createServer((request, response) => {
    const verb = (request.url ?? '').slice(1) as ServingVerb;
    text(request)
      .then((body) => verbs[verb](variablesOf(body)))
      .then(
        (answer) => response.end(JSON.stringify(answer)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const failed = `{ printf '%s\\n' "$answer" >&2; exit ${startServingExitCodes.died}; }`;
  return {
    script: (verb) =>
      `answer=$(env | curl --silent --show-error --noproxy '*' --fail-with-body --data-binary @- http://127.0.0.1:${port}/${verb}) || ${failed}; printf '%s\\n' "$answer"`,
    hasServing: () => started !== undefined,
    takeModelFrom: (folder) => void (modelFolder = folder),
    killServing: () => void started?.child.kill('SIGKILL'),
    close: async () => {
      await stop();
      server.closeAllConnections();
      server.close();
    },
  };
};
