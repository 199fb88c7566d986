import path from 'node:path';
import { withTries } from '../../models/with-tries.ts';
import { docker, DockerProblem } from './docker.ts';
import { findImage, type FoundImage } from './find-image.ts';
import { CONTEXT, type ImageSource } from './image-source.ts';

/** Prints a line of progress. */
export type Tell = (line: string) => void;

/** Seconds between two lines of progress of one image. */
const TELL_EVERY_MS = 5000;
const BYTES_PER_MB = 1e6;

const sizeText = (bytes: number): string =>
  bytes < 1000 * BYTES_PER_MB
    ? `${Math.round(bytes / BYTES_PER_MB)} MB`
    : `${(bytes / (1000 * BYTES_PER_MB)).toFixed(1)} GB`;

/** Lets a line through only so often. */
const seldom = (tell: Tell): Tell => {
  let last = performance.now();
  return (line) => {
    if (performance.now() - last < TELL_EVERY_MS) return;
    last = performance.now();
    tell(line);
  };
};

/** A step of the builder: `Step 3/9 : RUN …`, or `#7 [3/9] RUN …`. */
const STEP = /^(?:Step \d+\/\d+ : |#\d+ \[)/;

const secondsOf = async (work: Promise<void>): Promise<number> => {
  const startedAt = performance.now();
  await work;
  return (performance.now() - startedAt) / 1000;
};

/** Gives an image, and pulls or builds it with its bases where it is not here. */
export type PrepareImage = (source: ImageSource) => Promise<FoundImage>;

/** For a machine that sets itself up. */
interface ImageLimits {
  /** Of one try to pull or to build. Undefined: downloads take as long as they take. */
  readonly timeoutMs?: number;
  /** Default: 1. Layers that are here already are neither pulled nor built again. */
  readonly tries?: number;
}

/**
 * What gives images, each once. It throws a DockerProblem where one cannot be had, with why and what helps; the signal's reason
 * where it was aborted.
 */
export const createPrepareImage = (
  tell: Tell,
  signal: AbortSignal,
  { timeoutMs, tries = 1 }: ImageLimits = {},
): PrepareImage => {
  const prepared = new Map<string, Promise<FoundImage>>();
  // One after the other: the next one finds the layers that it shares with the one before.
  let builds: Promise<unknown> = Promise.resolve();

  const pull = async (name: string): Promise<void> => {
    const layers = new Set<string>();
    const done = new Set<string>();
    const often = seldom(tell);
    await docker(['pull', name], {
      what: `cannot pull ${name}`,
      signal,
      timeoutMs,
      onLine: (line) => {
        const [, layer, state] = /^([0-9a-f]{12}): (.*)$/.exec(line) ?? [];
        if (layer === undefined || state === undefined) return;
        layers.add(layer);
        if (/^(?:Pull complete|Already exists)/.test(state)) done.add(layer);
        often(`  ${name}: ${done.size} of ${layers.size} layers`);
      },
    });
  };

  const build = async (
    { name, dockerfile, arguments: given }: Extract<ImageSource, { kind: 'build' }>,
    bases: Readonly<Record<string, string>>,
  ): Promise<void> => {
    const buildArguments = Object.entries({ ...given, ...bases }).flatMap(([argument, value]) => [
      '--build-arg',
      `${argument}=${value}`,
    ]);
    const file = path.join(CONTEXT, dockerfile);
    await docker(
      ['build', '--force-rm', '--file', file, '--tag', name, ...buildArguments, CONTEXT],
      {
        what: `cannot build ${name} from serving-configs/${dockerfile}`,
        signal,
        timeoutMs,
        onLine: (line) => {
          if (STEP.test(line)) tell(`  ${name}: ${line}`);
        },
      },
    );
  };

  const tryAgain = (name: string, work: () => Promise<void>): Promise<void> =>
    withTries(tries, work, (error) => {
      if (signal.aborted) throw error;
      tell(`${name}: once more, after: ${(error as Error).message}`);
    });

  /** Resolves with the seconds that it took, without those in which others were built. */
  const get = async (source: ImageSource): Promise<number> => {
    const { name } = source;
    if (source.kind === 'pull') {
      tell(`${name}: pulling`);
      return secondsOf(tryAgain(name, () => pull(name)));
    }
    const bases: Record<string, string> = {};
    for (const [argument, base] of Object.entries(source.bases)) {
      const { reference } = await prepare(base);
      // A builder takes the id of an image for a name in a registry.
      bases[argument] = base.kind === 'build' ? base.name : reference;
    }
    const turn = builds.then(() => {
      tell(`${name}: building`);
      return secondsOf(tryAgain(name, () => build(source, bases)));
    });
    builds = turn.catch(() => undefined);
    return turn;
  };

  const findOrGet = async (source: ImageSource): Promise<FoundImage> => {
    const { name, kind } = source;
    const known = await findImage(source);
    if (known !== undefined) {
      tell(`${name}: here, ${sizeText(known.sizeBytes)}`);
      return known;
    }
    const seconds = await get(source);
    const found = await findImage(source);
    if (found === undefined)
      throw new DockerProblem(
        `${name} was made, but Docker does not have it`,
        'build with the builder of Docker itself: docker buildx use default',
      );
    const did = kind === 'pull' ? 'pulled' : 'built';
    tell(`${name}: ${did} in ${Math.round(seconds)} s, ${sizeText(found.sizeBytes)}`);
    return found;
  };

  const prepare: PrepareImage = (source) => {
    const known = prepared.get(source.name) ?? findOrGet(source);
    prepared.set(source.name, known);
    return known;
  };
  return prepare;
};
