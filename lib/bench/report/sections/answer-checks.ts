import { type OddImage, percentText, scoresText } from '../../analysis/odd-images.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { Plan } from '../../model/plan.ts';
import { NO_FIGURE } from '../../wording/format-number.ts';
import { wrongOutputText } from '../../wording/tensor-words.ts';
import { labelOf, wireWords, type Labels } from '../../wording/labels.ts';
import { list, table, text } from '../blocks.ts';
import { chipColumn, engineColumn, targetColumn, wordColumn } from '../columns.ts';
import type { Block, Column, Section } from '../model.ts';

type Check = Summary['answerChecks'][number];

/** A check with one image of which the answer was not the right one. */
interface Wrong extends Check {
  readonly image: NonNullable<Check['wrong']>[number];
}

const figures = <Row>(
  key: string,
  title: string,
  unit: string | undefined,
  of: (row: Row) => string | undefined,
): Column<Row> => ({
  ...wordColumn<Row>(key, title, (row) => of(row) ?? NO_FIGURE),
  unit,
  isFigure: true,
});

const checkedTarget = <Row extends Check>(labels: Labels): Column<Row> => ({
  ...targetColumn<Row>(labels),
  detail: ({ target }) => wireWords(target).join(', '),
});

const resultColumn = <Row>(of: (row: Row) => Pick<Check, 'state' | 'reason'>): Column<Row> => ({
  ...chipColumn<Row>('state', 'Result', (row) => {
    const { state } = of(row);
    return [{ kind: state, text: state }];
  }),
  detail: (row) => of(row).reason ?? '',
});

const checkColumns = (labels: Labels): readonly Column<Check>[] => [
  checkedTarget(labels),
  engineColumn,
  figures('right', 'Correct classes', undefined, ({ right, images }) => `${right} of ${images}`),
  figures(
    'difference',
    'Largest difference',
    'of the correct probability',
    ({ largestRelativeDifference: share }) =>
      share === undefined ? undefined : percentText(share),
  ),
  figures('tolerance', 'Tolerance', undefined, ({ relativeTolerance: share }) =>
    share === undefined ? undefined : percentText(share),
  ),
  resultColumn<Check>((check) => check),
];

/** An output of a user's model, as a target answers it; without one, where it answered no request. */
interface Output extends Check {
  readonly compared?: NonNullable<Check['outputs']>[number];
}

/** Each output by itself: of a target that fails, some are right. */
const outputResult = ({ compared, images, reason }: Output): Pick<Check, 'state' | 'reason'> => {
  if (compared?.right === images) return { state: 'passed' };
  const own = compared?.passed === false ? wrongOutputText(compared) : undefined;
  return { state: 'failed', reason: own ?? reason };
};

const outputColumns = (labels: Labels): readonly Column<Output>[] => [
  checkedTarget(labels),
  engineColumn,
  wordColumn('output', 'Output', ({ compared }) => compared?.output ?? NO_FIGURE),
  wordColumn('check', 'Compared by', ({ compared }) => compared?.check ?? NO_FIGURE),
  figures(
    'right',
    'Correct answers',
    undefined,
    ({ compared, images }) => `${compared?.right ?? 0} of ${images}`,
  ),
  figures('place', 'Farthest off', 'at', ({ compared: { wrong, worst, file } = {} }) =>
    wrong === undefined ? worst && `[${worst.index.join()}] of ${file}` : `${wrong}, ${file}`,
  ),
  figures('expected', 'Expected', undefined, ({ compared }) => compared?.worst?.expected),
  figures('answered', 'Answered', undefined, ({ compared }) => compared?.worst?.answered),
  resultColumn<Output>(outputResult),
];

const wrongColumns = (labels: Labels): readonly Column<Wrong>[] => [
  checkedTarget(labels),
  wordColumn('image', 'Image', ({ image }) => image.file),
  figures('expected', 'Expected', 'best class', ({ image }) => String(image.expectedClass)),
  figures('answered', 'Answered', 'best class', ({ image }) => image.answeredClass?.toString()),
  figures('farthest', 'Farthest off', 'class', ({ image }) => image.difference?.class.toString()),
  figures('expected_score', 'Expected', 'probability', ({ image: { difference } }) =>
    difference === undefined ? undefined : scoresText(difference).expected,
  ),
  figures('answered_score', 'Answered', 'probability', ({ image: { difference } }) =>
    difference === undefined ? undefined : scoresText(difference).answered,
  ),
  wordColumn('error', 'Error', ({ image }) => image.error ?? ''),
];

const INTRO =
  'Before its first timed measurement, every target was sent each image of the data set. Its best class must match a direct computation of the same model, and the probabilities of its five best classes must lie within the tolerance, relative to the correct probability (or to 0.001 if that is larger). A target with a wrong answer is not measured.';

const tensorsIntro = ({ rightFrom }: NonNullable<Plan['model']['tensors']>): string =>
  `Before its first timed measurement, every target was sent each request. Each output must pass the check in the model’s description. The correct output is that of ${rightFrom === undefined ? 'ONNX Runtime on the CPU' : 'the validation data beside the requests'}. A target with a wrong answer is not measured.`;

const UNTRAINED =
  'The model’s weights are random, not trained: the check shows that images arrive unchanged and answers come back whole, not that a cat is called a cat.';

const oddBlocks = (lines: readonly string[]): readonly Block[] =>
  lines.length === 0
    ? []
    : [
        text('Images that decoders treat differently', 'heading'),
        text(
          'Sent once to each target, outside the measured load. A difference is a finding about the serving and does not stop the run.',
        ),
        ...list(lines),
      ];

/** What each image of the project is odd in. */
const ODDITIES: Readonly<Record<string, string>> = {
  'four-inks.jpg': 'A CMYK image',
  'grey.jpg': 'A grey image',
  'sideways.jpg': 'An image that its EXIF data turns upright',
};

const oddImageLine = ({ file, alike, unlike }: OddImage, labels: Labels): string => {
  const what = ODDITIES[file] ?? file;
  if (unlike.length === 0) {
    return `${what}: ${alike === 1 ? 'the target answers' : `all ${alike} targets answer`} as the direct computation does.`;
  }
  const others = unlike.map(({ target, what: answer }) => `${labelOf(labels, target)} (${answer})`);
  const rest = alike === 0 ? 'none answers' : `${alike} answer${alike === 1 ? 's' : ''}`;
  return `${what}: ${others.join(', ')} differ${others.length === 1 ? 's' : ''} from the direct computation; ${rest} as it does.`;
};

/** One sentence for each odd image, findings and agreements alike. Empty where none were sent. */
const oddImageLines = ({ oddImages = [] }: Summary, labels: Labels): readonly string[] =>
  oddImages.map((image) => oddImageLine(image, labels));

/** Whether each target gave the correct answers before its speed was measured. */
export const answerCheckSection = (summary: Summary, labels: Labels): Section => {
  const { answerChecks, environment, plan } = summary;
  const { tensors } = plan.model;
  const right = answerChecks.filter(({ state }) => state === 'passed');
  const wrong = answerChecks.flatMap((answerCheck) =>
    (answerCheck.wrong ?? []).map((image): Wrong => ({ ...answerCheck, image })),
  );
  const outputs = answerChecks.flatMap((answerCheck): readonly Output[] =>
    answerCheck.outputs === undefined || answerCheck.outputs.length === 0
      ? [answerCheck]
      : answerCheck.outputs.map((compared) => ({ ...answerCheck, compared })),
  );
  return {
    id: 'answer-checks',
    title: 'Answer checks',
    gist:
      answerChecks.length === 0 ? undefined : `${right.length} of ${answerChecks.length} passed`,
    blocks: [
      text(tensors === undefined ? INTRO : tensorsIntro(tensors)),
      ...(environment.model.trained ? [] : [text(UNTRAINED)]),
      ...(answerChecks.length === 0
        ? [text('No answer check was recorded.')]
        : tensors === undefined
          ? table('Answers against the direct computation', checkColumns(labels), answerChecks)
          : table(
              tensors.rightFrom === undefined
                ? 'Answers against those of ONNX Runtime'
                : 'Answers against the validation data',
              outputColumns(labels),
              outputs,
            )),
      ...table('What differed', wrongColumns(labels), wrong),
      ...oddBlocks(oddImageLines(summary, labels)),
    ],
  };
};
