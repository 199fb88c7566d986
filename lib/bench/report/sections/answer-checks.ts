import type { OddImage } from '../../analysis/answers.ts';
import { percentText, scoresText, wrongText, wrongOutputText } from '../../wording/answer-words.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { PlannedModel } from '../../model/plan.ts';
import { labelOf, wireWords, type Labels } from '../../wording/labels.ts';
import {
  blocks,
  list,
  table,
  text,
  chipColumn,
  engineColumn,
  targetColumn,
  wordColumn,
} from '../blocks.ts';
import type { Block, Column, Section } from '../model.ts';

type AnswerCheckRow = Summary['answerChecks'][number];

/** A check and one of the images without the correct answer. */
interface WrongAnswer extends AnswerCheckRow {
  readonly image: NonNullable<AnswerCheckRow['wrong']>[number];
}

const wireTargetColumn = <Row extends AnswerCheckRow>(labels: Labels): Column<Row> => ({
  ...targetColumn<Row>(labels),
  detail: ({ target }) => wireWords(target).join(', '),
});

const resultColumn = <Row>(
  resultOf: (row: Row) => Pick<AnswerCheckRow, 'state' | 'reason'>,
): Column<Row> => ({
  ...chipColumn<Row>('state', 'Result', (row) => {
    const { state } = resultOf(row);
    return [{ kind: state, text: state }];
  }),
  detail: (row) => resultOf(row).reason ?? '',
});

/** Columns of figures that are texts already. */
const figures = <Row>(
  columns: readonly (readonly [
    key: string,
    title: string,
    unit: string | undefined,
    textOf: (row: Row) => string | undefined,
  ])[],
): readonly Column<Row>[] =>
  columns.map(([key, title, unit, textOf]) =>
    wordColumn(key, title, textOf, { unit, isFigure: true }),
  );

const percentOf = (share: number | undefined): string | undefined =>
  share === undefined ? undefined : percentText(share);

const checkColumns = (labels: Labels): readonly Column<AnswerCheckRow>[] => [
  wireTargetColumn(labels),
  engineColumn,
  ...figures<AnswerCheckRow>([
    ['correct', 'Correct classes', undefined, ({ correct, images }) => `${correct} of ${images}`],
    [
      'difference',
      'Largest difference',
      'of the correct probability',
      ({ largestRelativeDifference }) => percentOf(largestRelativeDifference),
    ],
    ['tolerance', 'Tolerance', undefined, ({ relativeTolerance }) => percentOf(relativeTolerance)],
  ]),
  resultColumn<AnswerCheckRow>((check) => check),
];

interface Output extends AnswerCheckRow {
  /** The comparison of one output of a user's model; undefined if the target answered no request. */
  readonly compared?: NonNullable<AnswerCheckRow['outputs']>[number];
}

/** The result of one output: some outputs of a failed target are correct. */
const outputResult = ({
  compared,
  images,
  reason,
}: Output): Pick<AnswerCheckRow, 'state' | 'reason'> => {
  if (compared?.correct === images) return { state: 'passed' };
  const difference = compared?.passed === false ? wrongOutputText(compared) : undefined;
  return { state: 'failed', reason: difference ?? reason };
};

const outputColumns = (labels: Labels): readonly Column<Output>[] => [
  wireTargetColumn(labels),
  engineColumn,
  wordColumn('output', 'Output', ({ compared }) => compared?.output),
  wordColumn('check', 'Compared by', ({ compared }) => compared?.check),
  ...figures<Output>([
    [
      'correct',
      'Correct answers',
      undefined,
      ({ compared, images }) => `${compared?.correct ?? 0} of ${images}`,
    ],
    [
      'place',
      'Farthest off',
      'at',
      ({ compared: { wrong, worst, file } = {} }) =>
        wrong === undefined ? worst && `[${worst.index.join()}] of ${file}` : `${wrong}, ${file}`,
    ],
    ['expected', 'Expected', undefined, ({ compared }) => compared?.worst?.expected],
    ['answered', 'Answered', undefined, ({ compared }) => compared?.worst?.answered],
  ]),
  resultColumn<Output>(outputResult),
];

const scoresOf = ({ image: { difference } }: WrongAnswer) => difference && scoresText(difference);

const wrongColumns = (labels: Labels): readonly Column<WrongAnswer>[] => [
  wireTargetColumn(labels),
  wordColumn('image', 'Image', ({ image }) => image.file),
  ...figures<WrongAnswer>([
    ['expected', 'Expected', 'best class', ({ image }) => String(image.expectedClass)],
    ['answered', 'Answered', 'best class', ({ image }) => image.answeredClass?.toString()],
    ['farthest', 'Farthest off', 'class', ({ image }) => image.difference?.class.toString()],
    ['expected_score', 'Expected', 'probability', (row) => scoresOf(row)?.expected],
    ['answered_score', 'Answered', 'probability', (row) => scoresOf(row)?.answered],
  ]),
  wordColumn('error', 'Error', ({ image }) => image.error ?? ''),
];

const UNTRAINED =
  'The model’s weights are random, not trained: the check shows that images arrive unchanged and answers come back whole, not that a cat is called a cat.';

const ODD_INTRO = [
  text('Images that decoders treat differently', 'heading'),
  text(
    'Sent once to each target, outside the measured load. A difference is a finding about the serving and does not stop the run.',
  ),
];

/** What is unusual about the images that the project sends. */
const ODDITIES: Readonly<Record<string, string>> = {
  'four-inks.jpg': 'A CMYK image',
  'grey.jpg': 'A grey image',
  'sideways.jpg': 'An image with EXIF rotation',
};

const oddImageLine = ({ file, alike, unlike }: OddImage, labels: Labels): string => {
  const what = ODDITIES[file] ?? file;
  if (unlike.length === 0) {
    return `${what}: ${alike === 1 ? 'the target answers' : `all ${alike} targets answer`} as the direct computation does.`;
  }
  const answers = unlike.map(
    ({ target, answer }) => `${labelOf(labels, target)} (${wrongText(answer) ?? ''})`,
  );
  const rest = alike === 0 ? 'none answers' : `${alike} answer${alike === 1 ? 's' : ''}`;
  return `${what}: ${answers.join(', ')} differ${answers.length === 1 ? 's' : ''} from the direct computation; ${rest} as it does.`;
};

/** The outputs of a check; the check without an output if the target answered no request. */
const outputsOf = (answerCheck: AnswerCheckRow): readonly Output[] => {
  const { outputs = [] } = answerCheck;
  return outputs.length === 0
    ? [answerCheck]
    : outputs.map((compared) => ({ ...answerCheck, compared }));
};

/** Where the correct outputs of a model with named tensors come from. */
const SOURCES: Readonly<
  Record<PlannedModel['correctFrom'], { readonly those: string; readonly that: string }>
> = {
  'the model': { those: 'those of ONNX Runtime', that: 'that of ONNX Runtime on the CPU' },
  validation_data: {
    those: 'the validation data',
    that: 'that of the validation data beside the requests',
  },
};

/** How the answers of a kind of model are compared, in words and as a table. */
const comparisons: Readonly<
  Record<
    PlannedModel['kind'],
    (
      summary: Summary,
      labels: Labels,
    ) => { readonly intro: string; readonly table: readonly Block[] }
  >
> = {
  built: ({ answerChecks }, labels) => ({
    intro:
      'Before its first timed measurement, every target was sent each image of the data set. Its best class must match a direct computation of the same model, and the probabilities of its five best classes must lie within the tolerance, relative to the correct one. Otherwise the target is not measured.',
    table: table('Answers against the direct computation', checkColumns(labels), answerChecks),
  }),
  given: ({ answerChecks, plan }, labels) => {
    const { those, that } = SOURCES[plan.model.correctFrom];
    return {
      intro: `Before its first timed measurement, every target was sent each request. Each output must pass the check in the model’s description. The correct output is ${that}. Otherwise the target is not measured.`,
      table: table(
        `Answers against ${those}`,
        outputColumns(labels),
        answerChecks.flatMap(outputsOf),
      ),
    };
  },
};

/** Whether each target gave the correct answers before its speed was measured. */
export const answerCheckSection = (summary: Summary, labels: Labels): Section => {
  const { answerChecks, oddImages = [], plan } = summary;
  const { model } = plan;
  const comparison = comparisons[model.kind](summary, labels);
  const passed = answerChecks.filter(({ state }) => state === 'passed');
  const wrong = answerChecks.flatMap((answerCheck) =>
    (answerCheck.wrong ?? []).map((image): WrongAnswer => ({ ...answerCheck, image })),
  );
  return {
    id: 'answer-checks',
    title: 'Answer checks',
    gist:
      answerChecks.length === 0 ? undefined : `${passed.length} of ${answerChecks.length} passed`,
    blocks: blocks(
      text(comparison.intro),
      model.weights === 'random' && text(UNTRAINED),
      answerChecks.length === 0 && text('No answer check was recorded.'),
      comparison.table,
      table('What differed', wrongColumns(labels), wrong),
      oddImages.length > 0 && ODD_INTRO,
      list(oddImages.map((image) => oddImageLine(image, labels))),
    ),
  };
};
