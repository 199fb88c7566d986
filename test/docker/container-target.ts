import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RuntimeEntry, RuntimeModels } from '../../lib/bench/runtime/runtime-entry.ts';
import { scoreTolerance } from '../../lib/bench/run/score-tolerance.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import { startScript, type StartedServing } from '../conformance/started-serving.ts';
import type { Target } from '../conformance/target.ts';
import type { RealTraits, Traits } from '../conformance/traits.ts';
import { expectedAnswersOf } from '../real/support/expected-answers.ts';
import { workerOf } from '../real/support/worker.ts';

const run = promisify(execFile);

interface Listed {
  readonly models: RuntimeModels;
  readonly servings: readonly RuntimeEntry[];
}

let listed: Promise<Listed> | undefined;

/** What `npx serving-compare setup --runtime docker` has left here. */
export const listContainers = (): Promise<Listed> => {
  listed ??= run(process.execPath, ['--import', 'tsx', 'serving-configs/docker/list.ts'], {
    maxBuffer: 2 ** 24,
  }).then(({ stdout }) => JSON.parse(stdout) as Listed);
  return listed;
};

/** Its processes, as this machine numbers them. None where it has ended. */
const processesIn = async (container: string): Promise<ReadonlyMap<number, string>> => {
  const { stdout } = await run('docker', ['top', container, '-eo', 'pid,args']).catch(() => ({
    stdout: '',
  }));
  return new Map(
    stdout
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, pid, command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
        return pid === undefined ? [] : [[Number(pid), command] as const];
      }),
  );
};

/** Starts the container of a serving as a run does; resolves when its model answers. */
export const startContainer = async (
  serving: ServingName,
  ...args: string[]
): Promise<StartedServing> => {
  const { models, servings } = await listContainers();
  const { image, accelerator, reason } = servings.find((one) => one.serving === serving) ?? {};
  if (image === undefined || accelerator === undefined) {
    throw new Error(`the container of ${serving} cannot run here: ${reason}`);
  }
  const started = await startScript('serving-configs/docker/main.ts', serving, [
    '--image',
    image,
    '--models',
    models.folder,
    '--accelerator',
    accelerator,
    ...args,
  ]);
  const container = String(started.line['container']);
  return {
    ...started,
    processes: async () =>
      new Map([...(await started.processes()), ...(await processesIn(container))]),
  };
};

const realOf = ({ real }: Traits): RealTraits => {
  if (real === undefined) throw new Error('what its container shows is not known');
  return real;
};

/** What the container of a platform shows: as its software from packages, but for what differs. */
export const containerTraits = ({ container, ...traits }: Traits): Traits => {
  const { refusals, ...own } = container ?? {};
  const real = { killed: 'ends', ...traits.real, ...own } as const;
  return {
    ...traits,
    refusals: { ...traits.refusals, ...refusals },
    ...(real.worker === undefined ? {} : { real: { ...real, worker: real.worker } }),
  };
};

/** The container of a serving, started with the arguments of a deployment. */
export const containerTarget: Target = {
  title: 'its container',
  start: startContainer,
  startAgain: startContainer,
  expectedAnswers: async (serving) =>
    expectedAnswersOf(serving, (await listContainers()).models.onnx),
  toleranceOf: (payload) => scoreTolerance({ payload }, 'docker'),
  worker: (started, traits) => workerOf(started, realOf(traits).worker),
  hold: async (session) => {
    const { traits, target, started } = session;
    const isFrozen = traits.overload === 'waits' || traits.overload.computes !== true;
    const worker = await target.worker(started(), traits);
    if (isFrozen) process.kill(worker, 'SIGSTOP');
    return {
      urls: started().urls,
      release: () => {
        if (isFrozen) process.kill(worker, 'SIGCONT');
      },
      end: () => Promise.resolve(),
    };
  },
  killed: (traits) => realOf(traits).killed,
  // Its launcher, the client of Docker, and process 1 of the container.
  processes: 3,
};
