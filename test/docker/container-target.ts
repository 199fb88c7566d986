import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkAnswers } from '../../lib/bench/run/answer-judge.ts';
import { compareClasses, scoreTolerance } from '../../lib/bench/run/compare-classes.ts';
import { computeCorrectAnswers, type CorrectAnswers } from '../../lib/bench/run/correct-answers.ts';
import { holdWorker } from '../conformance/freeze.ts';
import { nameOf, waysOf } from '../conformance/probes.ts';
import { describeShortestCall } from '../conformance/shortest-call.ts';
import { imagesDir } from '../support/middleware.ts';
import { servingNames, type ServingName } from '../../serving-configs/index.ts';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { describeContainers } from '../../serving-configs/runtimes/docker/describe-containers.ts';
import { startScript, type StartedServing } from '../conformance/started-serving.ts';
import type { Session, Target } from '../conformance/target.ts';
import type { RealTraits, Traits } from '../conformance/traits.ts';
import { workerOf } from '../real/support/worker.ts';

const run = promisify(execFile);

/** The class of coffee.jpg. */
export const ESPRESSO = 967;
const CHECK_TIMEOUT_MS = 20_000;

const list = async () => {
  const { signal } = new AbortController();
  const sources = { images: {}, models: undefined };
  const { entries, models } = await describeContainers(sources, { kind: 'built' }, signal);
  if (models === undefined) throw new Error('no models were built');
  return { entries, models };
};

let listed: ReturnType<typeof list> | undefined;

/** The containers that `npx serving-compare setup --runtime docker` has prepared, and their models. */
export const listContainers = () => (listed ??= list());

let computed: Promise<CorrectAnswers> | undefined;

/** The correct answers of all servings, computed once for all tests of a file. */
const correctAnswers = (): Promise<CorrectAnswers> =>
  (computed ??= listContainers().then(({ models }) => {
    const targets = servingNames.flatMap((serving) =>
      waysOf(serving).map((way) => ({ serving, ...way })),
    );
    const modelFiles = models.onnx === undefined ? undefined : { onnx: models.onnx };
    const request = { served: CLASSIFIER, imagesDir, targets, engine: 'onnx', modelFiles } as const;
    return computeCorrectAnswers(request, new AbortController().signal);
  }));

/** The processes of a container, by their ids on this machine; none if it has ended. */
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

/** Starts the container of a serving like a run; resolves when its model answers. */
export const startContainer = async (
  serving: ServingName,
  ...args: string[]
): Promise<StartedServing> => {
  const { models, entries } = await listContainers();
  const { image, accelerator, reason } = entries.find((entry) => entry.serving === serving) ?? {};
  if (image === undefined || accelerator === undefined) {
    throw new Error(`the container of ${serving} cannot run here: ${reason}`);
  }
  const started = await startScript('test/support/serving-program.ts docker', serving, [
    '--image',
    image,
    ...(args.includes('--model') ? [] : ['--models', models.folder]),
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
  if (real === undefined) throw new Error('the traits of its container are not known');
  return real;
};

/** The traits of a container: those of its software from packages, with the differences in `container`. */
export const containerTraits = ({ container, overload, ...traits }: Traits): Traits => {
  const { refusals, overload: limit, ...differences } = container ?? {};
  const real = { killed: 'ends', ...traits.real, ...differences } as const;
  return {
    ...traits,
    overload: limit === undefined ? overload : undefined,
    refusals: { ...traits.refusals, ...refusals },
    ...(real.worker === undefined ? {} : { real: { ...real, worker: real.worker } }),
  };
};

/** The answer check that a run makes before it measures a target, on all images of the data set. */
const describeAnswerCheck = (session: Session): void => {
  const { serving, ways } = session;

  it('passes the answer check over every protocol and payload, and recognises an espresso', async () => {
    const app = await session.middleware({ upstreamTimeoutMs: CHECK_TIMEOUT_MS });
    const middlewareUrl = await app.listen({ host: '127.0.0.1', port: 0 });
    // Full-size images are only divided by 255, and no network was trained with such an input.
    const targets = ways
      .filter(({ payload }) => payload !== 'tensor_fullsize')
      .map((way) => ({ serving, ...way }));
    const { signal } = new AbortController();
    const correct = await correctAnswers();
    const results: Record<string, unknown> = {};
    for (const way of targets) {
      const { images, reason } = await checkAnswers(
        { target: way, engine: 'onnx', middlewareUrl, timeoutMs: CHECK_TIMEOUT_MS, signal },
        compareClasses({
          imagesDir,
          files: correct.files,
          expected: correct.topOf(way),
          tolerance: scoreTolerance(way, 'docker'),
          trained: true,
        }),
      );
      const coffee = images.find(({ file }) => file === 'coffee.jpg')?.answeredClass;
      results[nameOf(way)] = { reason, images: images.length, coffee };
    }

    const wanted = { reason: undefined, images: correct.files.length, coffee: ESPRESSO };
    expect(results).toEqual(Object.fromEntries(targets.map((way) => [nameOf(way), wanted])));
    expect(correct.files.length).toBeGreaterThan(1);
  });
};

/** The container of a serving, started with the same arguments as in a deployment. */
export const containerTarget: Target = {
  title: 'its container',
  start: startContainer,
  startAgain: startContainer,
  expectedAnswers: async (serving) => {
    const { files, topOf } = await correctAnswers();
    return (payload, image) => topOf({ serving, payload })[files.indexOf(image)] ?? [];
  },
  toleranceOf: (payload) => scoreTolerance({ payload }, 'docker'),
  worker: (started, traits) => workerOf(started, realOf(traits).worker),
  hold: holdWorker,
  killed: (traits) => realOf(traits).killed,
  // Docker starts all containers alike, so those that can still be stopped are not started again.
  startsTwice: (traits) => realOf(traits).killed === 'ends',
  // Process 1 of the container, its guard, the Docker client, and the program that started them.
  processes: 4,
  also: (session) => {
    describeAnswerCheck(session);
    describeShortestCall(session);
  },
};
