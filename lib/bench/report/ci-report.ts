import { type Comparison, failureOf } from '../analysis/comparison/comparison.ts';
import { conditionText, type ConditionResult } from '../analysis/judge-conditions.ts';
import type { Summary } from '../analysis/summary.ts';
import { stepText } from '../analysis/next-steps.ts';
import { invalidTexts } from '../analysis/validity.ts';
import { counted } from '../wording/format-number.ts';
import { resultLabel, rowLabels } from '../wording/labels.ts';
import { statementOf } from '../wording/statement.ts';
import { escapeHtml } from './markup.ts';
import { titleOf } from './sections/head.ts';

/** What a CI system shows as a test. Each failed one is a reason for exit code 1. */
interface TestCase {
  readonly kind: 'condition' | 'validity' | 'comparison';
  readonly name: string;
  readonly state: 'passed' | 'failed';
  /** Never empty if the case failed. */
  readonly finding: string;
}

/** Characters that XML 1.0 forbids, even escaped, besides control characters. */
const FORBIDDEN = /[\uFFFE\uFFFF]/g;

const textXml = (text: string): string => escapeHtml(text.replace(FORBIDDEN, ''));

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${textXml(String(value))}"`)
    .join('');

/** A finding as both text and message of a failure: most CI systems show the text, some the message. */
const findingXml = ({ state, finding }: TestCase): string => {
  if (finding === '') return '';
  return state === 'passed'
    ? `<system-out>${textXml(finding)}</system-out>`
    : `<failure${attributes({ message: finding })}>${textXml(finding)}</failure>`;
};

const caseXml = (testCase: TestCase): string => {
  const { kind, name } = testCase;
  const named = attributes({ classname: `serving-compare.${kind}`, name, time: 0 });
  return `    <testcase${named}>${findingXml(testCase)}</testcase>\n`;
};

/** Test cases as a suite in JUnit XML. */
const junitXml = (name: string, cases: readonly TestCase[], timestamp: string): string => {
  const failures = cases.filter(({ state }) => state === 'failed').length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    `  <testsuite${attributes({ name, tests: cases.length, failures, timestamp })}>\n`,
    ...cases.map(caseXml),
    '  </testsuite>\n</testsuites>\n',
  ].join('');
};

const validityCase = (name: string, valid: boolean, reasons: readonly string[]): TestCase => ({
  kind: 'validity',
  name,
  state: valid ? 'passed' : 'failed',
  finding: reasons.join('\n'),
});

/** The finding of a run or why it is invalid, then what to do. */
const answerLines = (summary: Summary): readonly string[] => [
  ...(summary.validity?.valid === true
    ? [titleOf(summary, rowLabels(summary.rows, summary.plan))]
    : invalidTexts(summary)),
  ...summary.nextSteps.map((step) => `${stepText(step, summary)} ${step.command}`),
];

/** The result of a run as JUnit XML: a case for each condition and one for its validity. */
export const runCiReport = (summary: Summary, judgements: readonly ConditionResult[]): string =>
  junitXml(
    statementOf(summary.plan),
    [
      ...judgements.map((judgement) => ({
        kind: 'condition' as const,
        name: judgement.condition.text,
        state: judgement.state,
        finding: conditionText(judgement, summary),
      })),
      ...(summary.validity === undefined
        ? []
        : [validityCase('the run is valid', summary.validity.valid, answerLines(summary))]),
    ],
    summary.plan.createdAt,
  );

/** The result of a comparison as JUnit XML: a case for the validity of each run and one for each verdict to fail on. */
export const comparisonCiReport = (
  { before, after, changes }: Comparison,
  failOn: readonly string[],
): string => {
  const labels = rowLabels(changes, after);
  return junitXml(
    'Two runs compared',
    [
      ...[before, after].map(({ folder, valid }) =>
        validityCase(
          `${folder} is valid`,
          valid,
          valid ? [] : ['the run is INVALID; its report says why'],
        ),
      ),
      ...failOn.map((word): TestCase => {
        const failing = changes.filter((change) => failureOf(change) === word);
        const named = failing.map((change) => `${change.figure} of ${resultLabel(labels, change)}`);
        const count = `${failing.length} of ${counted(changes.length, 'figure')}`;
        return {
          kind: 'comparison',
          name: `no figure is ${word}`,
          state: failing.length === 0 ? 'passed' : 'failed',
          finding: named.length === 0 ? count : `${count}: ${named.join('; ')}`,
        };
      }),
    ],
    after.createdAt,
  );
};
