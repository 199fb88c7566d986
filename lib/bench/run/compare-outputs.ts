import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareTensors,
  type ComparedOutput,
  type ResolvedCheck,
} from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { readTensors } from '../../../serving-configs/models/tensors/tensor-body.ts';
import { precisionOf } from '../../../serving-configs/settings.ts';
import { messageOf } from '../model/errors.ts';
import type { Engine, Target } from '../model/measurement.ts';
import { ANSWER_FAULTS, type AnswerFault, type CheckedTensors } from '../model/record.ts';
import { faultWords, wrongOutputText } from '../wording/answer-words.ts';
import type { UserModel } from '../model-file/described-model.ts';
import { faredText, type CorrectBy } from './answer-judge.ts';
import type { Answered } from './middleware-requests.ts';

/** The requests, the correct answers and the checks of a user's model. Folders are absolute paths. */
export interface TensorAnswers {
  /** Names of the files with requests; the correct answer to each has the same name in `answersDir`. */
  readonly files: readonly string[];
  readonly requestsDir: string;
  readonly answersDir: string;
  /** By the name of the output. */
  readonly checks: Readonly<Record<string, ResolvedCheck>>;
  /** The answers and checks of the model in other precisions, by their names. */
  readonly precisions?: Readonly<Record<string, Pick<TensorAnswers, 'answersDir' | 'checks'>>>;
  /** Names of the classes of an output, for messages. */
  readonly labels?: UserModel['labels'] | undefined;
}

/** Adds the name of a class to its index. */
const withClassNames = (
  compared: ComparedOutput,
  labels: TensorAnswers['labels'],
): ComparedOutput => {
  const { output, check, worst } = compared;
  if (worst === undefined || check !== 'top1' || output !== labels?.output) return compared;
  const nameOf = (index: string): string => {
    const name = labels.names[Number(index)];
    return name === undefined ? index : `${index} (${name})`;
  };
  const { expected, answered } = worst;
  return {
    ...compared,
    worst: { ...worst, expected: nameOf(expected), answered: nameOf(answered) },
  };
};

const compare = (
  file: string,
  correct: Buffer,
  answered: Answered,
  { checks, labels }: TensorAnswers,
): CheckedTensors => {
  if (!answered.ok) return { file, fault: answered.fault, error: answered.error };
  try {
    const expected = readTensors(correct, 'outputs').tensors;
    const given = readTensors(answered.body, 'outputs').tensors;
    const { outputs } = compareTensors(expected, given, checks);
    return { file, outputs: outputs.map((output) => withClassNames(output, labels)) };
  } catch (error) {
    return { file, fault: 'not-understood', error: messageOf(error) };
  }
};

const firstWrong = ({ outputs = [] }: CheckedTensors): ComparedOutput | undefined =>
  outputs.find(({ passed }) => !passed);

const faultOf = (checked: CheckedTensors): AnswerFault | undefined =>
  checked.fault ?? (firstWrong(checked) === undefined ? undefined : 'wrong-answer');

const wrongText = (checked: CheckedTensors): string | undefined => {
  const output = firstWrong(checked);
  return output === undefined ? checked.error : wrongOutputText(output);
};

/** Says how many requests got a wrong answer or none, and which was the first. */
const reasonOf = (tensors: readonly CheckedTensors[]): string =>
  faredText(
    `${tensors.length} requests`,
    ANSWER_FAULTS.map((fault) => [
      faultWords[fault].how,
      tensors.filter((checked) => faultOf(checked) === fault),
    ]),
    wrongText,
  );

/** The outputs of a user's model are correct if each passes its check. */
export const correctByOutputs = (known: TensorAnswers): CorrectBy<CheckedTensors> => {
  const { files, requestsDir, precisions = {} } = known;
  /** Those of the model in the precision of a target. */
  const answersOf = (target?: Target): TensorAnswers => {
    const { [precisionOf(target?.settings) ?? '']: other } = precisions;
    return { ...known, ...other };
  };
  /** Engines that do not compute answer every request like the first one. */
  const answerFiles = (engine: Engine, { answersDir }: TensorAnswers): readonly string[] =>
    files.map((file) => join(answersDir, (engine === 'onnx' ? file : files[0]) ?? ''));
  const expected = (engine: Engine, target?: Target) => {
    const answers = answersOf(target);
    return { answers: answerFiles(engine, answers), checks: answers.checks };
  };

  return {
    comparisonOf: ({ engine, target }) => {
      const own = answersOf(target);
      const correct = answerFiles(engine, own);
      return {
        folder: requestsDir,
        files,
        compare: async (file, answered, index) =>
          compare(file, await readFile(correct[index] ?? ''), answered, own),
        faultOf,
        reasonOf,
        recordOf: (tensors) => ({ trained: true, images: [], tensors }),
      };
    },
    oddOf: () => undefined,
    expect: ({ engine, target }) => expected(engine, target),
    expectSame: () => expected('delay'),
  };
};
