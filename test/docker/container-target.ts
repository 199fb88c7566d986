import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkAnswers, scoreTolerance } from '../../lib/bench/run/answer-check.ts';
import { computeCorrectAnswers } from '../../lib/bench/run/correct-answers.ts';
import { holdWorker } from '../conformance/freeze.ts';
import { nameOf } from '../conformance/probes.ts';
import { describeShortestCall } from '../conformance/shortest-call.ts';
import { imagesDir } from '../support/middleware.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import { describeContainers } from '../../serving-configs/runtimes/docker/describe-containers.ts';
import { startScript, type StartedServing } from '../conformance/started-serving.ts';
import type { Session, Target } from '../conformance/target.ts';
import type { RealTraits, Traits } from '../conformance/traits.ts';
import { expectedAnswersOf } from '../real/support/expected-answers.ts';
import { workerOf } from '../real/support/worker.ts';

const run = promisify(execFile);

const ESPRESSO = 967;
const CHECK_TIMEOUT_MS = 20_000;

let listed: ReturnType<typeof describeContainers> | undefined;

/** What `npx serving-compare setup --runtime docker` has left here. */
export const listContainers = () =>
  (listed ??= describeContainers(
    { images: {}, models: undefined },
    undefined,
    new AbortController().signal,
  ));

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
  const { models, entries } = await listContainers();
  const { image, accelerator, reason } = entries.find((one) => one.serving === serving) ?? {};
  if (image === undefined || accelerator === undefined) {
    throw new Error(`the container of ${serving} cannot run here: ${reason}`);
  }
  const started = await startScript('serving-configs/runtimes/docker/main.ts', serving, [
    '--image',
    image,
    ...(args.includes('--tensor-model') ? [] : ['--models', models.folder]),
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

/**
 * Beyond so many connections at once, now and then one of them gets no answer over a port that Docker publishes, which says
 * nothing about the server; as software from packages each shows its limit.
 */
const MOST_CONNECTIONS = 500;

/** What the container of a platform shows: as its software from packages, but for what differs. */
export const containerTraits = ({ container, overload, ...traits }: Traits): Traits => {
  const { refusals, ...own } = container ?? {};
  const real = { killed: 'ends', ...traits.real, ...own } as const;
  return {
    ...traits,
    overload:
      typeof overload === 'object' && overload.sent > MOST_CONNECTIONS ? undefined : overload,
    refusals: { ...traits.refusals, ...refusals },
    ...(real.worker === undefined ? {} : { real: { ...real, worker: real.worker } }),
  };
};

/** The check that a run makes before it times a path, on all images of the data set. */
const describeAnswerCheck = (session: Session): void => {
  const { serving, ways } = session;

  it('passes the answer check over every protocol and payload, and recognises an espresso', async () => {
    const app = await session.middleware({ upstreamTimeoutMs: CHECK_TIMEOUT_MS });
    const middlewareUrl = await app.http.listen({ host: '127.0.0.1', port: 0 });
    // Images of the full size are divided by 255 only, which no network was trained with.
    const targets = ways
      .filter(({ payload }) => payload !== 'tensor_fullsize')
      .map((way) => ({ serving, ...way }));
    const { signal } = new AbortController();
    const right = await computeCorrectAnswers(
      { imagesDir, targets, engine: 'onnx', modelFile: (await listContainers()).models.onnx },
      signal,
    );
    const said: Record<string, unknown> = {};
    for (const way of targets) {
      const { images, reason } = await checkAnswers({
        target: way,
        engine: 'onnx',
        middlewareUrl,
        imagesDir,
        files: right.files,
        expected: right.topOf(way),
        tolerance: scoreTolerance(way, 'docker'),
        trained: true,
        timeoutMs: CHECK_TIMEOUT_MS,
        signal,
      });
      const coffee = images.find(({ file }) => file === 'coffee.jpg')?.answeredClass;
      said[nameOf(way)] = { reason, images: images.length, coffee };
    }

    const wanted = { reason: undefined, images: right.files.length, coffee: ESPRESSO };
    expect(said).toEqual(Object.fromEntries(targets.map((way) => [nameOf(way), wanted])));
    expect(right.files.length).toBeGreaterThan(1);
  }, 240_000);
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
  hold: holdWorker,
  killed: (traits) => realOf(traits).killed,
  // Its launcher, the client of Docker, and process 1 of the container.
  processes: 3,
  also: (session) => {
    describeAnswerCheck(session);
    describeShortestCall(session);
  },
};
