import {
  type Change,
  type ComparedRun,
  type Comparison,
  failureOf,
  isUnknown,
} from '../analysis/comparison/comparison.ts';
import { conditionText, type ConditionResult } from '../analysis/judge-conditions.ts';
import type { Summary } from '../analysis/summary.ts';
import { invalidTexts } from '../analysis/validity.ts';
import { formatFigure, joined } from '../wording/format-number.ts';
import { type Labels, resultLabel, rowLabels } from '../wording/labels.ts';
import { statementOf } from '../wording/statement.ts';
import { changeText, reasonText, verdictText } from './comparison-report.ts';
import { escapeHtml } from './markup.ts';

/** What a CI system shows as a test. Each failed one is a reason for exit code 1. */
interface TestCase {
  readonly kind: 'condition' | 'validity' | 'comparison';
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Never empty if the case did not pass. */
  readonly finding: string;
}

/** A comparison and the words of `--fail-on`. */
export interface JudgedComparison {
  readonly comparison: Comparison;
  readonly failOn: readonly string[];
}

/** Characters that XML 1.0 forbids, even escaped, besides control characters. */
const FORBIDDEN = /[\uFFFE\uFFFF]/g;

const textXml = (text: string): string => escapeHtml(text.replace(FORBIDDEN, ''));

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${textXml(String(value))}"`)
    .join('');

const ELEMENTS = { failed: 'failure', skipped: 'skipped' } as const;

/** A finding as both text and message: most CI systems show the text, some the message. */
const findingXml = ({ state, finding }: TestCase): string => {
  if (finding === '') return '';
  if (state === 'passed') return `<system-out>${textXml(finding)}</system-out>`;
  const element = ELEMENTS[state];
  return `<${element}${attributes({ message: finding })}>${textXml(finding)}</${element}>`;
};

const caseXml = (testCase: TestCase): string => {
  const { kind, name } = testCase;
  const named = attributes({ classname: `serving-compare.${kind}`, name, time: 0 });
  return `    <testcase${named}>${findingXml(testCase)}</testcase>\n`;
};

/** Test cases as a suite in JUnit XML. */
const junitXml = (name: string, cases: readonly TestCase[], timestamp: string): string => {
  const count = (wanted: TestCase['state']): number =>
    cases.filter(({ state }) => state === wanted).length;
  const counts = { tests: cases.length, failures: count('failed'), skipped: count('skipped') };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    `  <testsuite${attributes({ name, ...counts, timestamp })}>\n`,
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

/** A case for each condition and one for the validity of the run. */
const runCases = (
  summary: Summary,
  judgements: readonly ConditionResult[],
): readonly TestCase[] => [
  ...judgements.map((judgement) => ({
    kind: 'condition' as const,
    name: judgement.condition.text,
    state: judgement.state,
    finding: conditionText(judgement, summary),
  })),
  ...(summary.validity === undefined
    ? []
    : [validityCase('the run is valid', summary.validity.valid, invalidTexts(summary))]),
];

/** The verdict on a figure and what it rests on, in a line. */
const changeFinding = (change: Change, labels: Labels): string =>
  joined(
    '; ',
    verdictText(change),
    change.judgement.kind === 'withheld' && reasonText(change.judgement.reason, labels),
    `${formatFigure(change.before)} before, ${formatFigure(change.after)} after`,
    change.ratio && changeText(change),
  );

const comparedRunCase = ({ folder, valid }: ComparedRun): TestCase =>
  validityCase(
    `${folder} is valid`,
    valid,
    valid ? [] : ['the run is INVALID; its report says why'],
  );

/** A case for each figure, which is skipped if nothing is known of it. */
const changeCases = ({ comparison, failOn }: JudgedComparison): readonly TestCase[] => {
  const { after, changes } = comparison;
  const labels = rowLabels(changes, after);
  const stateOf = (change: Change): TestCase['state'] => {
    if (failOn.includes(failureOf(change) ?? '')) return 'failed';
    return isUnknown(change) ? 'skipped' : 'passed';
  };
  return changes.map((change) => ({
    kind: 'comparison',
    name: `${resultLabel(labels, change)}: ${change.figure}`,
    state: stateOf(change),
    finding: changeFinding(change, labels),
  }));
};

/** The result of a run as JUnit XML, with that of its comparison with a baseline, if there is one. */
export const runCiReport = (
  summary: Summary,
  judgements: readonly ConditionResult[],
  compared?: JudgedComparison,
): string =>
  junitXml(
    statementOf(summary.plan),
    [
      ...runCases(summary, judgements),
      ...(compared === undefined
        ? []
        : [comparedRunCase(compared.comparison.before), ...changeCases(compared)]),
    ],
    summary.plan.createdAt,
  );

/** The result of a comparison as JUnit XML: a case for the validity of each run, and one for each figure. */
export const comparisonCiReport = (compared: JudgedComparison): string => {
  const { before, after } = compared.comparison;
  return junitXml(
    'Two runs compared',
    [...[before, after].map(comparedRunCase), ...changeCases(compared)],
    after.createdAt,
  );
};
