import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { servingFactsOf, type ServingName } from '../index.ts';
import type { Payload } from '../manifest.ts';
import { bestClasses, type ScoredClass } from '../models/best-classes.ts';
import { InvalidImage } from '../models/input/image-header.ts';
import { imageFor, type ImageInput } from '../models/input/image-input.ts';
import { defaultModelFile, readBuiltModel, type BuiltModel } from '../models/model.ts';
import { compareTensors, nanIndex, type ResolvedCheck } from '../models/tensors/compare-tensors.ts';
import { mismatchOf } from '../models/tensors/mismatch.ts';
import { readTensors, writeTensors, type NamedTensor } from '../models/tensors/tensor-body.ts';
import { file, folder, text } from '../options/kinds.ts';
import { readProgram } from '../options/program.ts';
import { UsageError } from '../options/usage-error.ts';
import { chooseModel } from './onnx/choose-model.ts';
import { classifierInputOf, classifierRequest, scoresIn } from './onnx/classifier.ts';
import { adaptTensor, imagePreparer } from './onnx/prepare-input.ts';
import { oneLine } from './onnx/session.ts';
import { openTensorSession, type TensorSession } from './onnx/tensor-session.ts';
import { cacheOption, referenceCommand } from './options.ts';
import { asOutput, fixedValues } from './scores.ts';

const IMAGE_FILE = /\.(jpe?g|png|webp)$/i;
const TENSORS_FILE = /\.tensors$/;

interface DirectTarget {
  readonly serving: ServingName;
  readonly payload: Payload;
}

interface BestClasses extends DirectTarget {
  /** In the order of their file names. */
  readonly images: readonly { readonly file: string; readonly top: readonly ScoredClass[] }[];
}

/** What the program prints. */
export interface DirectDocument {
  /** The engines without a model have no file. */
  readonly model: { readonly file?: string; readonly sha256?: string; readonly trained: boolean };
  /** How long the model took for the fastest answer; absent without a model. */
  readonly fastestMs?: number;
  /** The best classes of the images for each target; none if the answers were written to a folder. */
  readonly answers: readonly BestClasses[];
  /** Those of the further images, if there are any. */
  readonly further?: readonly BestClasses[];
  /** Of several models, why each cannot be used; undefined for one whose answers were written. */
  readonly reasons?: readonly (string | undefined)[];
}

const directCommand = {
  name: 'direct.ts',
  description: 'Computes the answers of a model to a folder of requests without a server.',
  options: {
    requests: {
      kind: folder,
      description: 'JPEG, PNG or WebP files; with --answers, request bodies: *.tensors',
      required: true,
    },
    further: {
      kind: folder,
      description:
        'more images, with answers of their own: to load a model takes longer than to compute',
      conflicts: ['answers'],
    },
    model: {
      kind: file('FILE.onnx'),
      description: 'the model',
      defaultText: 'ResNet-50 with random weights',
    },
    models: {
      kind: text('JSON', 'a list of ONNX files'),
      description:
        'several models in place of one; the answers of each go to a folder with its number',
      conflicts: ['model'],
    },
    classifier: {
      kind: file('FILE.json'),
      description: 'how images become the input of the model, and its classes',
      default: defaultModelFile(),
      defaultText: 'those of ResNet-50',
    },
    targets: {
      kind: text('JSON', `a list such as '[{"serving":"ID","payload":"tensor"}]'`),
      description: 'servings and payloads whose best classes are printed',
      default: '[]',
      conflicts: ['answers'],
    },
    answers: { kind: folder, description: 'where the bodies of the answers go' },
    checks: {
      kind: text('JSON', 'checks by output, as JSON'),
      description: 'how the first answer is compared when it is computed again',
      default: '{}',
    },
    engine: { ...referenceCommand.options.engine, description: 'what computes' },
    cache: cacheOption,
  },
} as const;

/**
 * Reads the command line of the direct computation.
 * @throws UsageError for invalid arguments.
 */
export const readDirectOptions = (args: readonly string[]) => {
  const values = readProgram(directCommand, args);
  return {
    requestsFolder: path.resolve(values.requests),
    furtherFolder: values.further && path.resolve(values.further),
    modelFile: values.model && path.resolve(values.model),
    classifier: readBuiltModel(path.resolve(values.classifier)),
    targets: JSON.parse(values.targets) as readonly DirectTarget[],
    models:
      values.models === undefined ? undefined : (JSON.parse(values.models) as readonly string[]),
    answersFolder: values.answers && path.resolve(values.answers),
    checks: JSON.parse(values.checks) as Readonly<Record<string, ResolvedCheck>>,
    engine: values.engine,
    cacheFolder: path.resolve(values.cache),
  };
};
type DirectOptions = ReturnType<typeof readDirectOptions>;

/** A request to a model. */
interface DirectRequest {
  /** How messages name it. */
  readonly name: string;
  readonly inputs: readonly NamedTensor[];
  /** What to do if the model refuses it. */
  readonly remedy: string;
}

const refused = ({ name, remedy }: Omit<DirectRequest, 'inputs'>, why: string, cause?: unknown) =>
  new UsageError(`the model refuses ${name}: ${why}`, remedy, { cause, refusal: why });

/** ONNX Runtime's message about an input, without the places in its sources. */
const refusalOf = (error: unknown): string =>
  oneLine(error).replace(
    /^Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: (?:\/\S+ .* was false\. )?/,
    '$1 node "$2": ',
  );

/**
 * Computes the correct answer to a request.
 * @throws UsageError if the model cannot answer, or if its answer cannot be compared.
 */
const answerTo = async (
  request: DirectRequest,
  session: TensorSession,
): Promise<readonly NamedTensor[]> => {
  const { name, inputs } = request;
  const mismatch = mismatchOf(inputs, session.inputs);
  if (mismatch !== undefined) throw refused(request, mismatch);
  const outputs = await session.run(inputs).catch((error: unknown) => {
    throw refused(request, refusalOf(error), error);
  });
  const wrong = mismatchOf(outputs, session.outputs);
  if (wrong !== undefined) {
    throw new UsageError(
      `the model's answer to ${name} is not what its file says: ${wrong}`,
      'declare the shapes of the outputs in the ONNX file',
    );
  }
  const withNaN = outputs.find((output) => nanIndex(output) !== undefined);
  if (withNaN !== undefined) {
    throw new UsageError(
      `output "${withNaN.name}" of the answer to ${name} holds NaN, which cannot be compared`,
      'remove this input, or fix the model',
    );
  }
  return outputs;
};

/** Computes the answers of a model. The first one is computed twice. */
const computationOf = (session: TensorSession, { checks }: DirectOptions) => {
  let fastestMs = Infinity;
  const timed: TensorSession = {
    ...session,
    run: async (inputs) => {
      const startedMs = performance.now();
      const outputs = await session.run(inputs);
      fastestMs = Math.min(fastestMs, performance.now() - startedMs);
      return outputs;
    },
  };
  let isFirst = true;
  return {
    fastestMs: (): number => fastestMs,
    /** @throws UsageError if the model cannot answer, or answers differently the second time. */
    answer: async (request: DirectRequest): Promise<readonly NamedTensor[]> => {
      const answer = await answerTo(request, timed);
      if (!isFirst) return answer;
      isFirst = false;
      const { outputs } = compareTensors(answer, await answerTo(request, timed), checks);
      const other = outputs.find(({ passed }) => !passed);
      if (other === undefined) return answer;
      throw new UsageError(
        `the model is not deterministic: its output "${other.output}" differs when the same input is computed again`,
        'export it without random operators, and with dropout switched off: model.eval() in PyTorch',
      );
    },
  };
};
type Computation = ReturnType<typeof computationOf>;

const filesIn = async (requestsFolder: string, pattern: RegExp): Promise<readonly string[]> =>
  (await readdir(requestsFolder)).filter((name) => pattern.test(name)).toSorted();

/** Writes the body of the answer to each body of a request, under its name. */
const writeAnswers = async (
  requestsFolder: string,
  answersFolder: string,
  { answer }: Computation,
): Promise<void> => {
  await mkdir(answersFolder, { recursive: true });
  for (const name of await filesIn(requestsFolder, TENSORS_FILE)) {
    const request = {
      name: path.basename(name, '.tensors'),
      remedy:
        'correct this input, or change the description: model.sizes, and for random values inputs.ranges',
    };
    const inputs = await readFile(path.join(requestsFolder, name))
      .then((body) => readTensors(body, 'inputs').tensors)
      .catch((error: unknown) => {
        throw refused(request, oneLine(error), error);
      });
    const { body } = writeTensors(await answer({ ...request, inputs }), 'outputs', 'binary');
    await writeFile(path.join(answersFolder, name), Buffer.concat(body));
  }
};

/** The best classes of an image for a target. The payload `image` gets the same preprocessing as `tensor`. */
const topOf = async (
  image: string,
  { serving, payload }: DirectTarget,
  { images, labels, input }: BuiltModel & { readonly input: ImageInput },
  { answer }: Computation,
): Promise<readonly ScoredClass[]> => {
  const remedy = 'remove the file from the folder, or pass another folder with --images';
  const served = images[servingFactsOf(serving).model.layout];
  const prepare = imagePreparer(imageFor(payload, served));
  const tensor = await prepare(await readFile(image)).catch((error: unknown) => {
    if (!(error instanceof InvalidImage)) throw error;
    throw new UsageError(`cannot decode ${image}: ${error.message}`, remedy, { cause: error });
  });
  const inputs = classifierRequest(input, adaptTensor(tensor, served, input));
  const outputs = await answer({ name: path.basename(image), inputs, remedy });
  return bestClasses(asOutput(scoresIn(outputs, labels), 'probabilities'));
};

/** Finds the best classes of each image in a folder for each target. Targets with the same input share their answers. */
const classesOf = async (
  imagesFolder: string,
  targets: readonly DirectTarget[],
  top: (image: string, target: DirectTarget) => ReturnType<typeof topOf>,
): Promise<readonly BestClasses[]> => {
  const files = await filesIn(imagesFolder, IMAGE_FILE);
  const known = new Map<string, Awaited<ReturnType<typeof topOf>>>();
  const answers = [];
  for (const target of targets) {
    const { layout } = servingFactsOf(target.serving).model;
    const isWhole = target.payload === 'tensor_fullsize';
    const images = [];
    for (const image of files) {
      const key = [layout, isWhole, image].join('\n');
      const best = known.get(key) ?? (await top(path.join(imagesFolder, image), target));
      known.set(key, best);
      images.push({ file: image, top: best });
    }
    answers.push({ ...target, images });
  }
  return answers;
};

/** Writes the answers of several models, each into a folder of its own. Returns why models cannot be used. */
const answersOfModels = async (
  models: readonly string[],
  answersFolder: string,
  options: DirectOptions,
): Promise<readonly (string | undefined)[]> => {
  const reasons = [];
  for (const [number, modelFile] of models.entries()) {
    const answers = path.join(answersFolder, String(number));
    try {
      const session = await openTensorSession(modelFile);
      const computation = computationOf(session, options);
      await writeAnswers(options.requestsFolder, answers, computation).finally(() =>
        session.close(),
      );
      reasons.push(undefined);
    } catch (error) {
      reasons.push(oneLine(error));
    }
  }
  return reasons;
};

/**
 * Computes the correct answer to each request, and writes its body, or finds its best classes for each target.
 * @throws UsageError if a request or the model cannot be used.
 */
export const computeDirect = async (options: DirectOptions): Promise<DirectDocument> => {
  const { requestsFolder, furtherFolder, answersFolder, classifier, targets, engine } = options;
  if (engine !== 'onnx') {
    const top = bestClasses(fixedValues('probabilities', classifier.labels.names.length));
    return {
      model: { trained: false },
      answers: await classesOf(requestsFolder, targets, () => Promise.resolve(top)),
    };
  }
  if (options.models !== undefined && answersFolder !== undefined) {
    const reasons = await answersOfModels(options.models, answersFolder, options);
    return { model: { trained: true }, answers: [], reasons };
  }
  const model = await chooseModel(options.modelFile, options.cacheFolder);
  const session = await openTensorSession(model.file);
  try {
    const computation = computationOf(session, options);
    if (answersFolder !== undefined) {
      await writeAnswers(requestsFolder, answersFolder, computation);
      return { model, fastestMs: computation.fastestMs(), answers: [] };
    }
    const input = classifierInputOf({ ...session, file: model.file }, classifier);
    const computed = { ...classifier, input };
    const bestIn = (imagesFolder: string) =>
      classesOf(imagesFolder, targets, (...of) => topOf(...of, computed, computation));
    const answers = await bestIn(requestsFolder);
    const further = furtherFolder === undefined ? {} : { further: await bestIn(furtherFolder) };
    return { model, fastestMs: computation.fastestMs(), answers, ...further };
  } finally {
    await session.close();
  }
};
