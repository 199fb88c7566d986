import { text } from 'node:stream/consumers';
import type { ServingName } from '../../../serving-configs/index.ts';
import type { Payload } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../errors.ts';
import type { Engine, Path } from '../plan/cell.ts';
import { describeEnd, startChild } from './child.ts';
import { scripts } from './project-files.ts';

/** The right answers, computed without any protocol. */
export interface DirectAnswers {
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  /** Names of the images, in the order in which they are sent. */
  readonly files: readonly string[];
  /** The best class of each image, in the order of `files`. */
  readonly classesOf: (path: Pick<Path, 'serving' | 'payload'>) => readonly number[];
}

interface DirectDocument {
  readonly model: { readonly file?: string; readonly sha256?: string; readonly trained: boolean };
  readonly answers: readonly {
    readonly serving: ServingName;
    readonly payload: Payload;
    readonly images: readonly {
      readonly file: string;
      readonly top: readonly { readonly class: number }[];
    }[];
  }[];
}

const read = ({ model, answers }: DirectDocument, engine: Engine): DirectAnswers => {
  const classes = new Map(
    answers.map(({ serving, payload, images }) => [
      `${serving}/${payload}`,
      images.map((image) => image.top[0]?.class ?? -1),
    ]),
  );
  return {
    model: {
      file: model.file ?? `none (engine ${engine})`,
      sha256: model.sha256 ?? '',
      trained: model.trained,
    },
    files: answers[0]?.images.map(({ file }) => file) ?? [],
    classesOf: ({ serving, payload }) => classes.get(`${serving}/${payload}`) ?? [],
  };
};

export interface DirectRequest {
  readonly imagesDir: string;
  readonly paths: readonly Path[];
  readonly engine: Engine;
  readonly modelFile?: string | undefined;
}

/**
 * Computes the right answer of every path for every image, in a process of its own. Builds the model at the first use.
 *
 * @throws BenchError where images or model cannot be used, with what the computation says.
 */
export const computeDirect = async (
  { imagesDir, paths, engine, modelFile }: DirectRequest,
  signal: AbortSignal,
): Promise<DirectAnswers> => {
  signal.throwIfAborted();
  const targets = new Map(
    paths.map(({ serving, payload }) => [`${serving}/${payload}`, { serving, payload }]),
  );
  const child = startChild(scripts.direct, [
    '--images',
    imagesDir,
    '--targets',
    JSON.stringify([...targets.values()]),
    '--engine',
    engine,
    ...(modelFile === undefined || engine !== 'onnx' ? [] : ['--model', modelFile]),
  ]);
  const kill = (): void => void child.stop(0);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const { stdout } = child.process;
    const output = stdout === null ? '' : await text(stdout);
    const end = await child.ended;
    signal.throwIfAborted();
    if (end.exitCode !== 0) throw failure(child.lastWords(), describeEnd(child, end));
    return read(JSON.parse(output) as DirectDocument, engine);
  } finally {
    signal.removeEventListener('abort', kill);
  }
};

/** The computation's own words where it gave a reason and a remedy. */
const failure = (words: string, end: string): BenchError => {
  const message = /^error: (.*)$/m.exec(words)?.[1];
  const hint = /^hint: +(.*)$/m.exec(words)?.[1];
  return new BenchError(
    'BENCH_DIRECT',
    message ?? `the right answers could not be computed: ${end}`,
    hint === undefined ? {} : { hint },
  );
};
