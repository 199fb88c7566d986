import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import {
  compareTensors,
  numbersOf,
} from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { lossInJson } from '../../../serving-configs/models/tensors/json-numbers.ts';
import {
  readTensors,
  valuesOf,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { GivenModel, GivenModelFile } from '../../../serving-configs/models/model.ts';
import type { Plan, PlannedModel, PrecisionAccuracy } from '../model/plan.ts';
import { askedModel, plannedModel } from '../plan/planned-model.ts';
import { mapOtherFormats, type UserModel } from '../model-file/described-model.ts';
import { assertSize, writeRequests } from '../model-file/write-requests.ts';
import { unlikeOutputText } from '../wording/answer-words.ts';
import { formatFigure } from '../wording/format-number.ts';
import { writeCorrectAnswers, type DirectTime } from './correct-answers.ts';
import type { EmitRunEvent } from './run-event.ts';

/** The parts of a plan that describe a user's model and its requests, as a file. */
interface PlannedInputs extends Pick<Plan, 'images'> {
  readonly model: PlannedModel & Pick<UserModel, 'checks'>;
  readonly labels: UserModel['labels'] | undefined;
  /** Why JSON cannot carry the tensors; undefined if it can. */
  readonly lostInJson: string | undefined;
}

/** The parts with the paths of the requests, the answers and the description of the model for other programs. */
export interface WrittenInputs extends PlannedInputs {
  readonly files: ReturnType<typeof filesIn>;
}

const filesIn = (root: string) => ({
  requests: join(root, 'requests'),
  answers: join(root, 'answers'),
  model: join(root, 'model.json'),
  planned: join(root, 'planned.json'),
});

/** The files of a model in another precision. */
const precisionFilesIn = (root: string, precision: string) => ({
  answers: join(root, `answers-${precision}`),
  model: join(root, `model-${precision}.json`),
});

const readIn = async (
  folder: string,
  file: string,
  key: 'inputs' | 'outputs' = 'outputs',
): Promise<readonly NamedTensor[]> => readTensors(await readFile(join(folder, file)), key).tensors;

/** The first value that a JSON number cannot represent, and why; undefined if there is none. */
const lostValueOf = (tensor: NamedTensor): string | undefined => {
  const { datatype } = tensor;
  const numbers = numbersOf(tensor);
  const lossOf = (value: number): string | undefined =>
    lossInJson(Number.isFinite(value) ? value : String(value), datatype);
  const at = Array.prototype.findIndex.call(numbers, (value) => lossOf(value) !== undefined);
  if (at === -1) return undefined;
  const exact = datatype === 'INT64' ? valuesOf(tensor) : numbers;
  return `${exact[at]}, ${lossOf(numbers[at] ?? 0)}`;
};

/** The largest difference of two tensors, as a share of the largest absolute value of the first. */
const largestShare = (tensor: NamedTensor, other: NamedTensor): number => {
  const [values, others] = [numbersOf(tensor), numbersOf(other)];
  let [difference, largest] = [0, 0];
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? 0;
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(value - (others[at] ?? 0)));
  }
  return difference === 0 ? 0 : difference / largest;
};

/** Names the first value that a JSON number cannot represent: a large INT64 or an infinity. Undefined if there is none. */
const lostInJsonText = async (
  files: readonly string[],
  paths: ReturnType<typeof filesIn>,
): Promise<string | undefined> => {
  for (const file of files) {
    const sent = await readIn(paths.requests, file, 'inputs');
    for (const tensor of [...sent, ...(await readIn(paths.answers, file))]) {
      const lost = lostValueOf(tensor);
      if (lost !== undefined) return `"${tensor.name}" holds ${lost}`;
    }
  }
  return undefined;
};

/**
 * Compares the user's correct answers with those of ONNX Runtime by the checks of the model. Returns a warning if they differ.
 *
 * @param files names of the answers in both folders
 */
const validationDataText = async (
  { source, checks }: UserModel,
  files: readonly string[],
  givenDir: string,
  directDir: string,
): Promise<string | undefined> => {
  const differing: string[] = [];
  for (const [index, file] of files.entries()) {
    const [given, direct] = [await readIn(givenDir, file), await readIn(directDir, file)];
    const output = compareTensors(given, direct, checks).outputs.find(({ passed }) => !passed);
    if (output !== undefined) {
      differing.push(`validation_data[${index}]: ${unlikeOutputText(output)}`);
    }
  }
  const [first] = differing;
  if (first === undefined) return undefined;
  const name = source.from === 'perf_analyzer' ? basename(source.file) : source.from;
  return `warning: ${name}: ${first}; ${differing.length} of ${files.length} entries differ`;
};

/**
 * How the answers of a precision differ from the correct ones.
 *
 * @param files names of the answers in both folders
 */
const accuracyOf = async (
  files: readonly string[],
  correctDir: string,
  otherDir: string,
): Promise<PrecisionAccuracy> => {
  let [rows, sameTop1, largestDifference] = [0, 0, 0];
  for (const file of files) {
    const [correct, others] = [await readIn(correctDir, file), await readIn(otherDir, file)];
    for (const tensor of correct) {
      const other = others.find(({ name }) => name === tensor.name) ?? tensor;
      const [compared] = compareTensors([tensor], [other], {
        [tensor.name]: { check: 'top1' },
      }).outputs;
      // A single column has no largest value, and is compared otherwise.
      if (compared?.check === 'top1') {
        rows += compared.values ?? 0;
        sameTop1 += (compared.values ?? 0) - (compared.wrongValues ?? 0);
      }
      largestDifference = Math.max(largestDifference, largestShare(tensor, other));
    }
  }
  return { rows, sameTop1, largestDifference };
};

/**
 * Gives tensors whose rank the model leaves open the rank that they have in a request or answer. Otherwise, servers and clients
 * would take them for scalars.
 */
const withKnownRanks = (
  specs: UserModel['inputs'],
  tensors: readonly NamedTensor[],
): UserModel['inputs'] =>
  specs.map(({ isRankOpen, ...spec }) => {
    const { shape = [] } = tensors.find(({ name }) => name === spec.name) ?? {};
    const open = shape.map(() => -1);
    return isRankOpen ? { ...spec, shape: open, dims: open } : spec;
  });

/**
 * Writes into a folder the requests to a user's model, the correct answers, the description of the model for other programs, and
 * the parts of the plan.
 *
 * @param precisions those that are served, besides the model itself
 * @param formats paths of the model relative to the folder; default: the absolute paths of the user's files
 * @returns how long the model took for the fastest answer
 * @throws BenchError if inputs or model cannot be used.
 */
export const writeTensorInputs = async (
  root: string,
  user: UserModel,
  emit: EmitRunEvent,
  signal: AbortSignal,
  precisions: readonly string[] = [],
  formats: GivenModel['formats'] = {
    onnx: user.onnx.file,
    ...mapOtherFormats(user, ({ modelPath }) => modelPath),
  },
): Promise<DirectTime> => {
  const files = filesIn(root);
  await mkdir(files.answers, { recursive: true });
  emit({ event: 'preparing', what: 'writing the requests and computing the correct answers' });
  const { requests, answers } = await writeRequests(user, files.requests, files.answers);
  const hasValidationData = answers.length > 0;
  const computedDir = hasValidationData ? join(root, 'direct') : files.answers;
  const { onnx, checks } = user;
  const { fastestMs } = await writeCorrectAnswers(
    files.requests,
    computedDir,
    onnx.file,
    checks,
    signal,
  );
  if (hasValidationData) {
    const answerFiles = answers.map((answer) => answer.file);
    const text = await validationDataText(user, answerFiles, files.answers, computedDir);
    if (text !== undefined) emit({ event: 'warning', text });
    await rm(computedDir, { recursive: true });
  }
  for (const { file, from } of requests) {
    assertSize(from, 'outputs', (await stat(join(files.answers, file))).size);
  }
  const requestFiles = requests.map((request) => request.file);
  const lostInJson = await lostInJsonText(requestFiles, files);
  if (lostInJson !== undefined) {
    emit({
      event: 'warning',
      text: `warning: ${lostInJson}: targets with JSON are left out; --protocols grpc or --encodings binary avoids JSON`,
    });
  }
  const { name, image, labels } = user;
  const [first = ''] = requestFiles;
  const inputs = withKnownRanks(user.inputs, await readIn(files.requests, first, 'inputs'));
  const outputs = withKnownRanks(user.outputs, await readIn(files.answers, first));
  const model: GivenModelFile = {
    kind: 'given',
    name,
    formats,
    inputs,
    outputs,
    image,
    example: { request: `requests/${first}`, answer: `answers/${first}` },
    precisions: Object.fromEntries(
      precisions.map((precision) => [precision, basename(precisionFilesIn(root, precision).model)]),
    ),
  };
  await writeFile(files.model, JSON.stringify(model));
  const accuracy: Record<string, PrecisionAccuracy> = {};
  for (const precision of precisions) {
    const own = precisionFilesIn(root, precision);
    const { modelPath = '', checks: ownChecks = checks } = user.precisions[precision] ?? {};
    await mkdir(own.answers, { recursive: true });
    await writeCorrectAnswers(files.requests, own.answers, modelPath, ownChecks, signal);
    accuracy[precision] = await accuracyOf(requestFiles, files.answers, own.answers);
    const inPrecision: GivenModelFile = {
      ...model,
      formats: { onnx: modelPath },
      example: { ...model.example, answer: `${basename(own.answers)}/${first}` },
      precisions: {},
    };
    await writeFile(own.model, JSON.stringify(inPrecision));
  }
  const { file, sha256 } = onnx;
  const asked = askedModel({ ...user, inputs, outputs });
  const correctFrom = hasValidationData ? 'validation_data' : 'the model';
  const given = { file, sha256, weights: 'given' } as const;
  const planned: PlannedInputs = {
    images: requests.map((request) => ({ file: request.file, sha256: request.sha256 })),
    model: {
      ...plannedModel(asked, given, undefined, correctFrom),
      checks,
      ...(precisions.length > 0 && { accuracy }),
    },
    labels,
    lostInJson,
  };
  await writeFile(files.planned, JSON.stringify(planned));
  return { fastestMs };
};

/** What an attempt to compute the correct answers finds. */
export interface TriedModel extends DirectTime {
  readonly warnings: readonly string[];
}

/**
 * A rig on two cores takes 1 to 3 ms for a request. From 70 % of its limit on, a result shows the rig: if the model and the rest of its
 * server take less than 0.4 to 1.3 ms.
 */
const FAST_MS = 1;

/**
 * Says of a model that is faster than the rig what runs can show, unless its server is slow; empty for others.
 *
 * @param isCpuMeasured false for running servers, whose processes are not known
 */
export const fastModelText = (
  { fastestMs = Infinity }: DirectTime,
  { isCpuMeasured } = { isCpuMeasured: true },
): string =>
  fastestMs >= FAST_MS
    ? ''
    : `the model takes ${formatFigure(fastestMs)} ms for an answer, less than load generator and middleware: servers that add little to it, such as the simulated ones, will be at the limit of this rig, where ${isCpuMeasured ? 'CPU time per request or ' : ''}bypass runs (--bypass 2s) may tell them apart`;

/** Computes the correct answers of a user's model as a run does, without keeping them. */
export const tryTensors = async (user: UserModel, signal: AbortSignal): Promise<TriedModel> => {
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  const warnings: string[] = [];
  const keepWarning: EmitRunEvent = (event) => {
    if (event.event === 'warning') warnings.push(event.text);
  };
  try {
    const { fastestMs } = await writeTensorInputs(
      folder,
      user,
      keepWarning,
      signal,
      Object.keys(user.precisions),
    );
    return { warnings, fastestMs };
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Reads what {@link writeTensorInputs} has written into a folder. */
export const readWrittenInputs = async (root: string): Promise<WrittenInputs> => {
  const files = filesIn(root);
  return { ...(JSON.parse(await readFile(files.planned, 'utf8')) as PlannedInputs), files };
};

/** The folder with the answers of a model in another precision, in a folder that {@link writeTensorInputs} has written. */
export const precisionAnswersIn = (root: string, precision: string): string =>
  precisionFilesIn(root, precision).answers;

/** The folder with a user's model inside a run folder. */
export const modelFolderOf = (folder: string): string => resolve(folder, 'model');
