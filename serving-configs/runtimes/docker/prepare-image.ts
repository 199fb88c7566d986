import path from 'node:path';
import { withTries } from '../../models/with-tries.ts';
import { docker, DockerProblem } from './docker.ts';
import { findImage, type FoundImage } from './find-image.ts';
import { CONTEXT, type ImageSource } from './image-source.ts';

/** Prints a line of progress. */
export type Log = (line: string) => void;

/** Minimum time between two lines of progress about one image. */
const LOG_INTERVAL_MS = 5000;
/** Packages take minutes, in which a build has nothing to say. */
const STEP_LOG_MS = 15_000;
const BYTES_PER_MB = 1e6;

const sizeText = (bytes: number): string =>
  bytes < 1000 * BYTES_PER_MB
    ? `${Math.round(bytes / BYTES_PER_MB)} MB`
    : `${(bytes / (1000 * BYTES_PER_MB)).toFixed(1)} GB`;

/** Drops lines that follow another too soon. */
const throttled = (log: Log): Log => {
  let lastMs = performance.now();
  return (line) => {
    if (performance.now() - lastMs < LOG_INTERVAL_MS) return;
    lastMs = performance.now();
    log(line);
  };
};

/** A step of a build: `Step 3/9 : RUN …` or `#7 [3/9] RUN …`. */
const STEP = /^(?:Step \d+\/\d+ : |#\d+ \[)/;

const secondsOf = async (work: Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await work;
  return (performance.now() - startedAt) / 1000;
};

/** Returns an image; if it is not on this machine, pulls or builds it and its base images first. */
export type PrepareImage = (source: ImageSource) => Promise<FoundImage>;

/** Limits for a machine that sets itself up without a user watching. */
interface ImageLimits {
  /** Limit for one attempt to pull or build; unlimited by default, because a download may take long. */
  readonly timeoutMs?: number;
  /** 1 by default. Another attempt reuses the layers of the one before. */
  readonly tries?: number;
  /** Time between two lines of progress about one step of a build. */
  readonly stepLogMs?: number;
}

/**
 * Creates a function that prepares each image once. It throws a DockerProblem with the cause and a hint if an image cannot be
 * prepared, and the reason of the signal if it is aborted.
 */
export const createPrepareImage = (
  log: Log,
  signal: AbortSignal,
  { timeoutMs, tries = 1, stepLogMs = STEP_LOG_MS }: ImageLimits = {},
): PrepareImage => {
  const prepared = new Map<string, Promise<FoundImage>>();
  // Images are built one after the other, so that each can reuse the layers of those before.
  let builds: Promise<unknown> = Promise.resolve();

  const pull = async (name: string): Promise<void> => {
    const layers = new Set<string>();
    const done = new Set<string>();
    const logProgress = throttled(log);
    await docker(['pull', name], {
      what: `cannot pull ${name}`,
      signal,
      timeoutMs,
      onLine: (line) => {
        const [, layer, state] = /^([0-9a-f]{12}): (.*)$/.exec(line) ?? [];
        if (layer === undefined || state === undefined) return;
        layers.add(layer);
        if (/^(?:Pull complete|Already exists)/.test(state)) done.add(layer);
        logProgress(`  ${name}: ${done.size} of ${layers.size} layers`);
      },
    });
  };

  const build = async (
    { name, dockerfile, arguments: otherArguments }: Extract<ImageSource, { kind: 'build' }>,
    bases: Readonly<Record<string, string>>,
  ): Promise<void> => {
    const buildArguments = Object.entries({ ...otherArguments, ...bases }).flatMap(
      ([argument, value]) => ['--build-arg', `${argument}=${value}`],
    );
    const file = path.join(CONTEXT, dockerfile);
    let step = 'starting';
    const startedAt = performance.now();
    const timer = setInterval(() => {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      log(`  ${name}: after ${seconds} s still at ${step}`);
    }, stepLogMs);
    try {
      await docker(
        ['build', '--force-rm', '--file', file, '--tag', name, ...buildArguments, CONTEXT],
        {
          what: `cannot build ${name} from serving-configs/${dockerfile}`,
          signal,
          timeoutMs,
          onLine: (line) => {
            if (!STEP.test(line)) return;
            step = line;
            timer.refresh();
            log(`  ${name}: ${line}`);
          },
        },
      );
    } finally {
      clearInterval(timer);
    }
  };

  const retried = (name: string, work: () => Promise<void>): Promise<void> =>
    withTries(tries, work, (error) => {
      if (signal.aborted) throw error;
      log(`${name}: trying again after: ${(error as Error).message}`);
    });

  /** Pulls or builds an image. Resolves to the seconds this took, without waiting for other builds. */
  const get = async (source: ImageSource): Promise<number> => {
    const { name } = source;
    if (source.kind === 'pull') {
      log(`${name}: pulling`);
      return secondsOf(retried(name, () => pull(name)));
    }
    const bases: Record<string, string> = {};
    for (const [argument, base] of Object.entries(source.bases)) {
      const { reference } = await prepare(base);
      // BuildKit would look up the id of an image in a registry.
      bases[argument] = reference.includes('@') ? reference : base.name;
    }
    const turn = builds.then(() => {
      log(`${name}: building`);
      return secondsOf(retried(name, () => build(source, bases)));
    });
    builds = turn.catch(() => undefined);
    return turn;
  };

  const findOrGet = async (source: ImageSource): Promise<FoundImage> => {
    const { name, kind } = source;
    const known = await findImage(source);
    if (known !== undefined) {
      log(`${name}: already on this machine, ${sizeText(known.sizeBytes)}`);
      return known;
    }
    const seconds = await get(source);
    const found = await findImage(source);
    const verb = kind === 'pull' ? 'pulled' : 'built';
    if (found === undefined) {
      throw new DockerProblem(
        `${name} was ${verb}, but Docker does not have it`,
        "use Docker's default builder: docker buildx use default",
      );
    }
    log(`${name}: ${verb} in ${Math.round(seconds)} s, ${sizeText(found.sizeBytes)}`);
    return found;
  };

  const prepare: PrepareImage = (source) => {
    const known = prepared.get(source.name) ?? findOrGet(source);
    prepared.set(source.name, known);
    return known;
  };
  return prepare;
};
