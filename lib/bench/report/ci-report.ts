import { type Comparison, failureOf } from '../analysis/comparison/comparison.ts';
import type { Judgement } from '../analysis/conditions.ts';
import type { Summary } from '../analysis/summary.ts';
import { counted } from '../wording/format-number.ts';
import { resultLabel, rowLabels } from '../wording/labels.ts';
import { escapeHtml } from './html/markup.ts';

/** What a CI system shows as a test. Those that failed are why the exit code is 1. */
interface TestCase {
  readonly kind: 'condition' | 'validity' | 'comparison';
  readonly name: string;
  readonly state: 'passed' | 'failed';
  /** What was found; not empty where it did not pass. */
  readonly finding: string;
}

/** What XML 1.0 cannot hold, not even escaped. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\v\f\x0E-\x1F\uFFFE\uFFFF]/g;

const textXml = (text: string): string => escapeHtml(text.replace(FORBIDDEN, ''));

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${textXml(String(value))}"`)
    .join('');

/** What was found stands where CI systems look for it: most show the text, some the message. */
const foundXml = ({ state, finding }: TestCase): string => {
  if (finding === '') return '';
  return state === 'passed'
    ? `<system-out>${textXml(finding)}</system-out>`
    : `<failure${attributes({ message: finding })}>${textXml(finding)}</failure>`;
};

const caseXml = (one: TestCase): string =>
  `    <testcase${attributes({ classname: `serving-compare.${one.kind}`, name: one.name, time: 0 })}>${foundXml(one)}</testcase>
`;

/** Test cases as JUnit XML; its name says what they are of. */
const junitXml = (name: string, cases: readonly TestCase[], timestamp: string): string => {
  const failures = cases.filter(({ state }) => state === 'failed').length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    `  <testsuite${attributes({ name, tests: cases.length, failures, timestamp })}>\n`,
    ...cases.map(caseXml),
    '  </testsuite>\n</testsuites>\n',
  ].join('');
};

const validityCase = (
  name: string,
  { valid, reasons }: NonNullable<Summary['validity']>,
): TestCase => ({
  kind: 'validity',
  name,
  state: valid ? 'passed' : 'failed',
  finding: reasons.join('\n'),
});

/** What a run came to, as JUnit XML: its conditions, and whether it is valid. */
export const runCiReport = (summary: Summary, judgements: readonly Judgement[]): string =>
  junitXml(
    summary.statement,
    [
      ...judgements.map(({ condition, state, finding }) => ({
        kind: 'condition' as const,
        name: condition,
        state,
        finding,
      })),
      ...(summary.validity === undefined
        ? []
        : [validityCase('the run is valid', summary.validity)]),
    ],
    summary.plan.createdAt,
  );

/** What the comparison of two runs came to, as JUnit XML: whether each is valid, and each word to fail on. */
export const comparisonCiReport = (
  { before, after, changes }: Comparison,
  failOn: readonly string[],
): string => {
  const labels = rowLabels(changes, after);
  return junitXml(
    'Two runs compared',
    [
      ...[before, after].map(({ folder, valid }) =>
        validityCase(`${folder} is valid`, {
          valid,
          reasons: valid ? [] : ['the run is INVALID; its report says why'],
        }),
      ),
      ...failOn.map((word): TestCase => {
        const failing = changes.filter((change) => failureOf(change) === word);
        return {
          kind: 'comparison',
          name: `no figure is ${word}`,
          state: failing.length === 0 ? 'passed' : 'failed',
          finding: `${failing.length} of ${counted(changes.length, 'figure')}: ${failing.map((change) => `${change.figure} of ${resultLabel(labels, change)}`).join('; ')}`,
        };
      }),
    ],
    after.createdAt,
  );
};
