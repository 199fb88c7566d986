import {
  comparedOutputSchema,
  type ComparedOutput,
} from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { targetId, targetSchema, engineSchema } from '../model/measurement.ts';
import {
  ANSWER_FAULTS,
  type AnswerCheck,
  type CheckedImage,
  type CheckedTensors,
  type ResultRecord,
  checkedImageSchema,
} from '../model/record.ts';
import type { Plan } from '../model/plan.ts';
import { compareTargets } from './rows.ts';
import {
  array,
  boolean,
  number,
  object,
  oneOf,
  optional,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { sum } from '../stats/moments.ts';
import { groupBy } from './group-by.ts';

export const checkedOutputSchema = object(
  {
    ...comparedOutputSchema.properties,
    file: string('The request with that answer.'),
    correct: number('Number of requests whose answer passes.'),
  },
  'The answer to one output that differs most from the expected one, over all requests of an answer check.',
);
export interface CheckedOutput extends Static<typeof checkedOutputSchema> {}

export const checkedAnswersSchema = object(
  {
    target: targetSchema,
    state: oneOf(['passed', 'failed']),
    fastestMs: optional(number('Time of its fastest answer; absent if none came.')),
    fault: optional(
      oneOf(ANSWER_FAULTS, 'The gravest fault of its answers; present if it failed.'),
    ),
    reason: optional(string()),
    engine: engineSchema,
    trained: boolean(),
    images: number(
      'Number of images or requests, and those with the correct best class or correct outputs.',
    ),
    correct: number(),
    relativeTolerance: optional(
      number('Largest relative difference of a probability that passes; absent for named tensors.'),
    ),
    largestRelativeDifference: optional(number('Absent if no probability was compared.')),
    wrong: optional(
      array(checkedImageSchema, 'The images without the correct answer; absent if there are none.'),
    ),
    outputs: optional(
      array(
        checkedOutputSchema,
        'Named tensors only: for each output, the answer that differs most from the expected one.',
      ),
    ),
  },
  'An answer check of a target.',
);
export interface CheckedAnswers extends Static<typeof checkedAnswersSchema> {}

/** Whether all outputs of an answer pass. */
export const areCorrect = ({ error, outputs = [] }: CheckedTensors): boolean =>
  error === undefined && outputs.every(({ passed }) => passed);

/** How much an output differs. One that cannot be compared differs most, then those that fail. */
const distanceOf = ({ passed, wrong, worst, cosine }: ComparedOutput): number => {
  if (wrong !== undefined) return Infinity;
  const distance = cosine === undefined ? (worst?.relativeDifference ?? 0) : 1 - cosine;
  return passed ? distance : 1e6 + distance;
};

/** For each output of a target, the answer that differs most from the expected one. */
export const checkedOutputs = (tensors: readonly CheckedTensors[]): readonly CheckedOutput[] => {
  const farthest = new Map<string, CheckedOutput>();
  for (const { file, outputs = [] } of tensors) {
    for (const output of outputs) {
      const before = farthest.get(output.output);
      const correct = (before?.correct ?? 0) + Number(output.passed);
      const isFarther = before === undefined || distanceOf(output) > distanceOf(before);
      farthest.set(output.output, { ...(isFarther ? { ...output, file } : before), correct });
    }
  }
  return [...farthest.values()];
};

/** Two best classes with almost the same probability may change places. */
const hasCorrectClass = (image: CheckedImage): boolean =>
  image.answeredClass === image.expectedClass ||
  (image.answeredClass !== undefined && image.difference === undefined);

const isCorrect = (image: CheckedImage): boolean =>
  hasCorrectClass(image) && image.difference === undefined;

const summariseCheck = (check: AnswerCheck): CheckedAnswers => {
  const {
    target,
    engine,
    state,
    fastestMs,
    fault,
    reason,
    trained,
    relativeTolerance,
    images,
    tensors,
  } = check;
  const common = { target, engine, state, fastestMs, fault, trained, reason };
  if (tensors !== undefined) {
    const correct = tensors.filter(areCorrect).length;
    return { ...common, images: tensors.length, correct, outputs: checkedOutputs(tensors) };
  }
  const wrong = images.filter((image) => !isCorrect(image));
  const differences = images.flatMap((image) => image.largestRelativeDifference ?? []);
  return {
    ...common,
    images: images.length,
    correct: images.filter(hasCorrectClass).length,
    relativeTolerance,
    largestRelativeDifference: differences.length === 0 ? undefined : Math.max(...differences),
    wrong: wrong.length === 0 ? undefined : wrong,
  };
};

/**
 * The last check of each target on each pair, or its first one with an answer that was wrong or not understood. A target that gave no answer, for
 * example because it was down or refused a password, was not measured before it passed another check.
 */
const decisiveChecks = (records: readonly ResultRecord[]): readonly AnswerCheck[] => {
  const checks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind !== 'answer-check') continue;
    const key = `${targetId(record.target)}/${record.engine}/${record.pair}`;
    const { state, fault } = checks.get(key) ?? {};
    if (state !== 'failed' || fault === 'no-answer') checks.set(key, record);
  }
  return [...checks.values()];
};

/** The answer checks by target and engine. A resumed run checks targets again; one failed check is enough to fail unless there was no answer. */
export const answerChecksOf = (
  records: readonly ResultRecord[],
  plan: Partial<Pick<Plan, 'servers'>>,
): readonly CheckedAnswers[] => {
  const checks = new Map<string, AnswerCheck>();
  for (const check of decisiveChecks(records)) {
    const key = `${targetId(check.target)}/${check.engine}`;
    const { state, fault } = checks.get(key) ?? {};
    const isGraver = check.state === 'failed' && fault === 'no-answer';
    if (state !== 'failed' || isGraver) checks.set(key, check);
  }
  return [...checks.values()]
    .toSorted((a, b) => compareTargets(a.target, b.target, plan))
    .map(summariseCheck);
};

export const oddImageSchema = object(
  {
    file: string(),
    alike: number('Number of targets that answer like the direct computation.'),
    unlike: array(
      object({ target: targetSchema, answer: checkedImageSchema }),
      'The others, with their answers.',
    ),
  },
  'How the targets of a run answer an image that decoders treat differently.',
);
export interface OddImage extends Static<typeof oddImageSchema> {}

/** The odd images of a run, in the order in which they were sent. If a target was checked again, its last answers count. */
export const oddImagesOf = (
  records: readonly ResultRecord[],
  plan: Partial<Pick<Plan, 'servers'>>,
): readonly OddImage[] => {
  const answerChecks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind === 'answer-check' && record.odd !== undefined) {
      answerChecks.set(targetId(record.target), record);
    }
  }
  const inOrder = [...answerChecks.values()].toSorted((a, b) =>
    compareTargets(a.target, b.target, plan),
  );
  const files = new Set(inOrder.flatMap(({ odd = [] }) => odd.map(({ file }) => file)));
  return [...files].map((file) => {
    const answers = inOrder.flatMap(({ target, odd = [] }) =>
      odd.filter((image) => image.file === file).map((answer) => ({ target, answer })),
    );
    const unlike = answers.filter(
      ({ answer: { error, difference } }) => error !== undefined || difference !== undefined,
    );
    return { file, alike: answers.length - unlike.length, unlike };
  });
};

export const wrongUnderLoadSchema = object(
  {
    target: targetSchema,
    engine: engineSchema,
    wrongAnswers: number(),
    notUnderstood: number(),
    answers: number('All answers, with these.'),
  },
  'A target that gave wrong answers under load, or answers that were not understood.',
);
export interface WrongUnderLoad extends Static<typeof wrongUnderLoadSchema> {}

/**
 * The targets with such answers in any load of a run: in windows and outside of them, in the pilot and in trials of searches too. Stability
 * tests are left out, because their faults may be the cause.
 */
export const wrongUnderLoadOf = (records: readonly ResultRecord[]): readonly WrongUnderLoad[] => {
  const loads = records.flatMap((record) => {
    if (record.kind === 'pilot') return record.faulty ?? [];
    return record.kind === 'measurement' &&
      record.state === 'completed' &&
      record.stability === undefined
      ? [{ ...record.measurement, load: record.load }]
      : [];
  });
  return [...groupBy(loads, ({ target, engine }) => `${targetId(target)}/${engine}`).values()]
    .map((ofTarget) => ({
      target: ofTarget[0].target,
      engine: ofTarget[0].engine,
      wrongAnswers: sum(ofTarget.map(({ load }) => load.wrongAnswers ?? 0)),
      notUnderstood: sum(ofTarget.map(({ load }) => load.notUnderstood ?? 0)),
      answers: sum(ofTarget.map(({ load }) => load.answers)),
    }))
    .filter(({ wrongAnswers, notUnderstood }) => wrongAnswers + notUnderstood > 0);
};
