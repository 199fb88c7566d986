import { checkFacts } from '../analysis/checks/check-facts.ts';
import { CHECKS, type CheckName } from '../analysis/checks/check.ts';
import { type Comparison, failureOf } from '../analysis/comparison/comparison.ts';
import type { Judgement } from '../analysis/conditions.ts';
import type { Summary } from '../analysis/summary.ts';
import { counted } from '../wording/format-number.ts';
import { resultLabel, rowLabels } from '../wording/labels.ts';
import { escapeHtml } from './html/markup.ts';

/** What a CI system shows as a test. Those that failed are why the exit code is 1. */
interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** What was found; not empty where it did not pass. */
  readonly finding?: string;
}

/** What XML 1.0 cannot hold, not even escaped. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\v\f\x0E-\x1F\uFFFE\uFFFF]/g;

const textXml = (text: string): string => escapeHtml(text.replace(FORBIDDEN, ''));

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${textXml(String(value))}"`)
    .join('');

const count = (cases: readonly TestCase[]) => ({
  tests: cases.length,
  failures: cases.filter(({ state }) => state === 'failed').length,
  errors: 0,
  skipped: cases.filter(({ state }) => state === 'skipped').length,
  time: 0,
});

/** What was found stands where CI systems look for it: most show the text, some the message. */
const foundXml = ({ state, finding = '' }: TestCase): string => {
  if (finding === '') return '';
  if (state === 'passed') return `<system-out>${textXml(finding)}</system-out>`;
  const tag = state === 'failed' ? 'failure' : 'skipped';
  return `<${tag}${attributes({ message: finding })}>${textXml(finding)}</${tag}>`;
};

const caseXml = (one: TestCase): string => {
  const { suite, name } = one;
  return `    <testcase${attributes({ classname: `serving-compare.${suite}`, name, time: 0 })}>${foundXml(one)}</testcase>\n`;
};

/** Test cases as JUnit XML, one suite after the other; its name says what they are of. */
const junitXml = (name: string, cases: readonly TestCase[], timestamp: string): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites${attributes({ name, ...count(cases) })}>\n`,
    ...[...new Set(cases.map(({ suite }) => suite))].flatMap((suite) => {
      const own = cases.filter((one) => one.suite === suite);
      return [
        `  <testsuite${attributes({ name: suite, ...count(own), timestamp })}>\n`,
        ...own.map(caseXml),
        '  </testsuite>\n',
      ];
    }),
    '</testsuites>\n',
  ].join('');

const validityCase = (
  name: string,
  { valid, reasons }: NonNullable<Summary['validity']>,
): TestCase => ({
  suite: 'validity',
  name,
  state: valid ? 'passed' : 'failed',
  finding: reasons.join('\n'),
});

/** A check over all results. It fails where it helps to make the run INVALID, and else only excludes results. */
const checkCase = (check: CheckName, { rows, plan, validity }: Summary): TestCase => {
  const labels = rowLabels(rows, plan);
  const results = rows.flatMap((row) =>
    (row.checks ?? [])
      .filter((result) => result.check === check)
      .map((result) => ({ ...result, name: resultLabel(labels, row) })),
  );
  const failed = results.filter(({ state }) => state === 'failed');
  const isAsked = results.some(({ state }) => state === 'passed' || state === 'warned');
  const [first] = failed;
  const facts = { suite: 'checks', name: checkFacts[check].title };
  if (first === undefined) {
    return isAsked
      ? { ...facts, state: 'passed' }
      : { ...facts, state: 'skipped', finding: 'not asked of this run' };
  }
  return {
    ...facts,
    state: validity?.valid === false ? 'failed' : 'skipped',
    finding:
      `${failed.length} of ${counted(results.length, 'result')} fail it and support no verdict; ${first.name}: ${first.finding} ${first.advice ?? ''}`.trimEnd(),
  };
};

/** What a run came to, as JUnit XML: its conditions, whether it is valid, and each check. */
export const runCiReport = (summary: Summary, judgements: readonly Judgement[]): string =>
  junitXml(
    summary.statement,
    [
      ...judgements.map(({ condition, state, finding }) => ({
        suite: 'conditions',
        name: condition,
        state,
        finding,
      })),
      ...(summary.validity === undefined
        ? []
        : [validityCase('the run is valid', summary.validity)]),
      ...CHECKS.map((check) => checkCase(check, summary)),
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
          suite: 'comparison',
          name: `no figure is ${word}`,
          state: failing.length === 0 ? 'passed' : 'failed',
          finding: `${failing.length} of ${counted(changes.length, 'figure')}: ${failing.map((change) => `${change.figure} of ${resultLabel(labels, change)}`).join('; ')}`,
        };
      }),
    ],
    after.createdAt,
  );
};
