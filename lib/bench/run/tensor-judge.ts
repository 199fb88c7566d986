import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareTensors,
  type ComparedOutput,
  type ResolvedCheck,
} from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { readTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { messageOf } from '../model/errors.ts';
import type { Engine } from '../model/measurement.ts';
import type { CheckedTensors } from '../model/record.ts';
import { wrongOutputText } from '../wording/tensor-words.ts';
import type { UserModel } from '../user-model/user-model.ts';
import type { AnswerJudge } from './answer-judge.ts';
import { checkEach, type Answered } from './infer.ts';

/** What named tensors are judged by. Folders are absolute paths. */
export interface TensorAnswers {
  /** Names of the files with requests; the right answer to each has the same name in the other folder. */
  readonly files: readonly string[];
  readonly requestsDir: string;
  readonly answersDir: string;
  /** By the name of the output. */
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
  /** What the places of an output are called, if it is compared by them. */
  readonly labels?: UserModel['labels'] | undefined;
}

/** With the names of classes beside their places. */
const named = (compared: ComparedOutput, labels: TensorAnswers['labels']): ComparedOutput => {
  const { output, check, worst } = compared;
  if (worst === undefined || check !== 'top1' || output !== labels?.output) return compared;
  const nameOf = (place: string): string => {
    const name = labels.names[Number(place)];
    return name === undefined ? place : `${place} (${name})`;
  };
  const { expected, answered } = worst;
  return {
    ...compared,
    worst: { ...worst, expected: nameOf(expected), answered: nameOf(answered) },
  };
};

const compare = (
  file: string,
  right: Buffer,
  answered: Answered,
  { checks, labels }: TensorAnswers,
): CheckedTensors => {
  if (!answered.ok) return { file, error: answered.error };
  try {
    const [expected, given] = [right, answered.body].map(
      (body) => readTensors(body, 'outputs').tensors,
    );
    const { outputs } = compareTensors(expected ?? [], given ?? [], checks);
    return { file, outputs: outputs.map((one) => named(one, labels)) };
  } catch (error) {
    return { file, error: messageOf(error) };
  }
};

const firstWrong = ({ outputs = [] }: CheckedTensors): ComparedOutput | undefined =>
  outputs.find(({ passed }) => !passed);

const isWrong = (one: CheckedTensors): boolean =>
  one.error !== undefined || firstWrong(one) !== undefined;

/** How many requests got a wrong answer, and the first of them. */
const reasonOf = (tensors: readonly CheckedTensors[]): string | undefined => {
  const wrong = tensors.filter(isWrong);
  const [first] = wrong;
  if (first === undefined) return undefined;
  const output = firstWrong(first);
  const what = output === undefined ? (first.error ?? '') : wrongOutputText(output);
  return `${wrong.length} of ${tensors.length} requests without the correct answer, first ${first.file}: ${what}`;
};

/** Judges the outputs of a user's model, each by its own check. */
export const createTensorJudge = (known: TensorAnswers): AnswerJudge => {
  const { files, requestsDir, answersDir, checks } = known;
  const answerFile = (file = ''): string => join(answersDir, file);
  /** What computes nothing answers every request as the first one. */
  const answerFiles = (engine: Engine): readonly string[] =>
    files.map((file) => answerFile(engine === 'onnx' ? file : files[0]));

  return {
    check: async (request) => {
      const right = answerFiles(request.engine);
      const { checked, facts } = await checkEach(
        request,
        { folder: requestsDir, files },
        async (file, answered, at) =>
          compare(file, await readFile(right[at] ?? ''), answered, known),
        reasonOf,
      );
      return { ...facts, trained: true, images: [], tensors: checked };
    },
    expect: ({ engine }) => ({ answers: answerFiles(engine), checks }),
    expectSame: () => ({ answers: answerFiles('delay'), checks }),
  };
};
