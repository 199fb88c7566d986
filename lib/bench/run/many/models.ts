import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { compareTensors } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  readTensors,
  writeTensors,
} from '../../../../serving-configs/models/tensors/tensor-body.ts';
import { BenchError, folderErrorText } from '../../model/errors.ts';
import type { ManyPlan, ModelFile } from '../../model/many-models.ts';
import type { RunSettings } from '../../model/plan.ts';
import type { PlanOptions } from '../../model/plan-options.ts';
import type { UserModel } from '../../model-file/described-model.ts';
import { nameFrom } from '../../model-file/read-model.ts';
import { childOutput } from '../child-process.ts';
import { scripts } from '../project-files.ts';
import type { AnswerBook } from './ask.ts';
import { machineMemory } from './memory.ts';

const SLOW_FILE = 'slow.onnx';

/** The inputs of a run and how their answers are compared. */
export interface ManyInputs {
  /** The folder with the bodies of requests, and their names. */
  readonly requestsDir: string;
  readonly files: readonly string[];
  readonly checks: UserModel['checks'];
}

/** The folder with the models of a run; generated ones are written first. */
export const modelsFolderOf = async (
  { modelsFolder }: Pick<RunSettings, 'modelsFolder'>,
  counts: readonly number[],
  signal: AbortSignal,
): Promise<string> => {
  if (modelsFolder !== undefined) return modelsFolder;
  const failure = { code: 'BENCH_MODEL_FILE', what: 'the models could not be written' } as const;
  const args = ['--count', String(Math.max(...counts))];
  const output = await childOutput(scripts.heads, args, failure, signal);
  return (JSON.parse(output) as { readonly folder: string }).folder;
};

/** The ONNX files of a folder, in the order of their names. @throws BenchError if it cannot be read, or has fewer than two. */
export const listModels = async (folder: string): Promise<readonly string[]> => {
  const all = await readdir(folder).catch((cause: unknown) => {
    throw new BenchError('BENCH_MODEL_FILE', folderErrorText(folder, cause), {
      hint: 'give a folder with ONNX files: --models',
      cause,
    });
  });
  const files = all.filter((name) => name.endsWith('.onnx') && name !== SLOW_FILE).toSorted();
  if (files.length > 1) return files;
  throw new BenchError('BENCH_MODEL_FILE', `there are ${files.length} ONNX files in ${folder}`, {
    hint: 'give a folder with several models that have the same inputs and outputs: --models',
  });
};

/**
 * Computes the correct answers of models, each in a folder with its number.
 *
 * @returns why models cannot be used, in their order; undefined for those that can
 */
const computeAnswers = async (
  models: readonly string[],
  { requestsDir, checks }: ManyInputs,
  answersDir: string,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> => {
  const args = [
    `--requests=${requestsDir}`,
    `--answers=${answersDir}`,
    `--models=${JSON.stringify(models)}`,
    `--checks=${JSON.stringify(checks)}`,
  ];
  const failure = {
    code: 'BENCH_ANSWERS',
    what: 'the correct answers could not be computed',
  } as const;
  const { reasons } = JSON.parse(await childOutput(scripts.direct, args, failure, signal)) as {
    readonly reasons: readonly (string | null)[];
  };
  return reasons.map((reason) => reason ?? undefined);
};

const answersIn = async (folder: string, files: readonly string[]) =>
  Promise.all(
    files.map(async (file) => readTensors(await readFile(join(folder, file)), 'outputs').tensors),
  );

/** Whether no input tells two models apart. */
const areAlike = (
  one: AnswerBook['correct'] extends ReadonlyMap<string, infer Answers> ? Answers : never,
  other: typeof one,
  checks: UserModel['checks'],
): boolean => one.every((answer, at) => compareTensors(answer, other[at] ?? [], checks).passed);

/** Plans the models of a folder: those that can be used, and pairs that cannot be told apart. */
export const planModels = async (
  folder: string,
  { counts = [], memoryLimitMiB }: Pick<PlanOptions, 'counts' | 'memoryLimitMiB'>,
  inputs: ManyInputs,
  signal: AbortSignal,
): Promise<ManyPlan> => {
  const files = await listModels(folder);
  const answersDir = await mkdtemp(join(tmpdir(), 'serving-compare-'));
  try {
    const paths = files.map((file) => join(folder, file));
    const reasons = await computeAnswers(paths, inputs, answersDir, signal);
    const usable = files.flatMap((file, at) => (reasons[at] === undefined ? [{ file, at }] : []));
    const leftOut = files.flatMap((file, at) => {
      const { [at]: reason } = reasons;
      return reason === undefined
        ? []
        : [{ file, reason: reason.replaceAll(join(folder, file), 'the file') }];
    });
    if (usable.length < 2) {
      const why = leftOut.map(({ file, reason }) => `${file}: ${reason}`).join('; ');
      throw new BenchError(
        'BENCH_MODEL_FILE',
        `${folder} has ${usable.length} models for this run; left out: ${why}`,
        { hint: 'give at least two models with the same inputs and outputs' },
      );
    }
    // Files that cannot be used leave fewer models than files were counted.
    const possible = [...new Set(counts.map((count) => Math.min(count, usable.length)))];
    const most = Math.max(...possible);
    const chosen = usable.slice(0, most);
    const answers = await Promise.all(
      chosen.map(({ at }) => answersIn(join(answersDir, String(at)), inputs.files)),
    );
    const names = chosen.map(({ file }) => nameFrom(file));
    const alike = answers.flatMap((one, at) =>
      answers
        .slice(at + 1)
        .flatMap((other, further) =>
          areAlike(one, other, inputs.checks)
            ? [[names[at] ?? '', names[at + 1 + further] ?? '']]
            : [],
        ),
    );
    const hashed = async (file: string): Promise<ModelFile> => ({
      name: nameFrom(file),
      file,
      sha256: createHash('sha256')
        .update(await readFile(join(folder, file)))
        .digest('hex'),
    });
    const hasSlow = (await readdir(folder)).includes(SLOW_FILE);
    const { availableMiB } = await machineMemory();
    return {
      counts: possible,
      memoryLimitMiB: memoryLimitMiB ?? Math.floor(availableMiB / 2),
      models: await Promise.all(chosen.map(({ file }) => hashed(file))),
      slow: hasSlow ? await hashed(SLOW_FILE) : undefined,
      leftOut,
      alike,
    };
  } finally {
    await rm(answersDir, { recursive: true });
  }
};

/** The correct answers of all models of a plan, and the files with them. */
export interface WrittenBook {
  readonly book: AnswerBook;
  readonly bodyFiles: readonly string[];
  readonly answerFiles: (model: string) => readonly string[];
}

/** Computes the answers of all models of a plan into a folder. Further names mean the files of models that have others, too. */
export const writeBook = async (
  plan: ManyPlan,
  folder: string,
  inputs: ManyInputs,
  root: string,
  signal: AbortSignal,
): Promise<WrittenBook> => {
  const slow = plan.slow ?? plan.models.at(-1);
  const named = [
    ...plan.models,
    ...[slow && { ...slow, name: 'slow' }].flatMap((each) => each ?? []),
    ...plan.models
      .slice(0, 2)
      .map((each, at) => ({ ...each, name: at === 0 ? 'broken' : 'later' })),
  ];
  const files = named.map(({ file }) => join(folder, file));
  const reasons = await computeAnswers(files, inputs, root, signal);
  const changed = reasons.findIndex((reason) => reason !== undefined);
  if (changed !== -1) {
    throw new BenchError('BENCH_OTHER_MODEL', `${files[changed]}: ${reasons[changed]}`, {
      hint: 'put back the files that the run began with',
    });
  }
  const numbers = new Map(named.map(({ name }, at) => [name, String(at)]));
  const bodies = await Promise.all(
    inputs.files.map(async (file) => {
      const { tensors } = readTensors(await readFile(join(inputs.requestsDir, file)), 'inputs');
      return Buffer.concat(writeTensors(tensors, 'inputs', 'json').body);
    }),
  );
  const bodyFiles = bodies.map((_, at) => join(root, `${parse(inputs.files[at] ?? '').name}.json`));
  await Promise.all(bodies.map((body, at) => writeFile(bodyFiles[at] ?? '', body)));
  const answersOf = async ({ name }: ModelFile) =>
    [name, await answersIn(join(root, numbers.get(name) ?? ''), inputs.files)] as const;
  return {
    book: {
      bodies,
      correct: new Map(await Promise.all(named.map(answersOf))),
      checks: inputs.checks,
    },
    bodyFiles,
    answerFiles: (model) => inputs.files.map((file) => join(root, numbers.get(model) ?? '', file)),
  };
};
