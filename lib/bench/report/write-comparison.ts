import { join } from 'node:path';
import { compareRuns } from '../analysis/comparison/compare-runs.ts';
import type { Change, ComparedRun, Comparison } from '../analysis/comparison/comparison.ts';
import { invalidText } from '../analysis/validity.ts';
import { withheldText } from '../analysis/verdicts/pairing.ts';
import type { Plan } from '../model/plan.ts';
import { groupBy } from '../analysis/group-by.ts';
import { reportedRecords } from '../analysis/records.ts';
import { makeFolder, readRunFolder } from '../results/run-folder.ts';
import { writeAtomically, writeJsonFile } from '../results/write-atomically.ts';
import { judgementText } from '../wording/judgement-text.ts';
import { FAMILY_ERROR, WIDEST_BOUND } from '../stats/judgement.ts';
import { dayTimeText } from '../wording/format-number.ts';
import { fullLabel, labelOf, rowLabels, targetLabels } from '../wording/labels.ts';
import { statementOf } from '../wording/statement.ts';
import {
  blocks,
  list,
  onlyIn,
  table,
  text,
  countColumn,
  estimateColumn,
  figureColumn,
  loadColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
} from './blocks.ts';
import { EVERYWHERE, PAGES, type Column, type Report } from './model.ts';
import { renderMarkdown } from './render-markdown.ts';

const FIGURE_TEXTS: Readonly<Record<Change['figure'], string>> = {
  'request rate': 'rate, requests/s',
  'median response time': 'median, ms',
  'p95 response time': 'p95, ms',
};

const columnsOf = ({ changes, after }: Comparison, plan: Plan): readonly Column<Change>[] => [
  targetColumn(rowLabels(changes, after)),
  scenarioColumn,
  loadColumn,
  wordColumn('figure', 'Figure', ({ figure }) => FIGURE_TEXTS[figure]),
  figureColumn('before', 'Before', undefined, ({ before }) => before),
  figureColumn('after', 'After', undefined, (change) => change.after),
  wordColumn('verdict', 'After is', ({ judgement }) => judgementText(judgement), {
    detail: ({ judgement }) =>
      judgement.kind === 'withheld'
        ? withheldText(judgement.reason, (target) => fullLabel(target, plan))
        : '',
  }),
  estimateColumn('ratio', 'Ratio', undefined, ({ ratio }) => ratio),
  countColumn('repeats', 'Repeats', ({ repeats }) => repeats),
];

/** How often each verdict was given: `3 equal within 3 %, 1 faster`. */
const countsText = (changes: Comparison['changes']): string => {
  const texts = changes.map(({ judgement }) =>
    judgementText(judgement.kind === 'bounded' ? { ...judgement, most: WIDEST_BOUND } : judgement),
  );
  return [...groupBy(texts, (words) => words)]
    .map(([words, { length }]) => `${length} ${words}`)
    .toSorted()
    .join(', ');
};

const runText = ({ folder, createdAt, valid }: ComparedRun): string =>
  `${folder} (${dayTimeText(createdAt)}, ${valid ? 'VALID' : 'INVALID'})`;

const NOT_INTERLEAVED =
  'The runs were not interleaved: whatever changed on the machine between them counts as a difference. Intervals cover only the noise within each run.';

/** The plans of both runs, in the order of {@link WHICH}. */
type Plans = readonly [before: Plan, after: Plan];

const WHICH = ['before', 'after'] as const;

const stateNotices = (comparison: Comparison, plans: Plans): readonly string[] =>
  WHICH.flatMap((which, at) => {
    const { invalid, isGoingOn } = comparison[which];
    const plan = plans[at];
    const labels = targetLabels(plan?.targets ?? [], plan);
    const reasons = invalid?.map((reason) =>
      invalidText(reason, (target) => labelOf(labels, target)),
    );
    return [
      ...(reasons === undefined ? [] : [`The run ${which} is INVALID: ${reasons.join(' ')}`]),
      ...(isGoingOn === true
        ? [`The run ${which} is not finished: its figures may still change.`]
        : []),
    ];
  });

const noticesOf = (comparison: Comparison, plans: Plans): readonly string[] => [
  ...stateNotices(comparison, plans),
  NOT_INTERLEAVED,
  ...WHICH.flatMap((which) => {
    const { only } = comparison[which];
    return only === undefined ? [] : [`Only in the run ${which}: ${only.join('; ')}.`];
  }),
  ...comparison.differences.map(
    ({ what, before, after }) => `${what} differs: ${before} before, ${after} after.`,
  ),
];

const FOOTNOTE = `Ratio: after ÷ before, geometric mean of the repeats, with its interval, from which the verdict is read: for times, below 1 is faster. The chance that any verdict is wrong is at most ${FAMILY_ERROR * 100} % among the p95s, and the same among the other figures, if only the noise between repeats is at work. lib/docs/statistics.md says how.`;

const comparisonReport = (comparison: Comparison, plans: Plans): Report => {
  const { before, after, changes } = comparison;
  const statements = [...new Set(plans.map(statementOf))];
  return {
    title: 'Two runs compared',
    head: blocks(
      onlyIn(PAGES, text('Two runs compared', 'title')),
      statements.map((statement) => text(statement)),
      text(`Before: ${runText(before)}. After: ${runText(after)}.`),
      text(`Of ${changes.length} figures: ${countsText(changes)}.`),
      list(noticesOf(comparison, plans), 'notices'),
    ),
    sections: [
      {
        id: 'changes',
        title: 'What changed',
        formats: EVERYWHERE,
        blocks: blocks(
          table('Each figure of both runs', columnsOf(comparison, plans[1]), changes, {
            file: 'comparison.json',
          }),
          onlyIn(PAGES, text(FOOTNOTE, 'small')),
        ),
      },
    ],
  };
};

export interface WrittenComparison {
  /** Paths. */
  readonly files: { readonly markdown: string; readonly json: string };
  readonly report: Report;
  readonly comparison: Comparison;
}

/**
 * Compares two run folders and writes the comparison into a third folder; the runs stay as they are.
 *
 * @throws as {@link readRunFolder} and {@link compareRuns}
 */
export const writeComparison = async (
  beforeFolder: string,
  afterFolder: string,
  output: string,
): Promise<WrittenComparison> => {
  const [before, after] = await Promise.all([
    readRunFolder(beforeFolder, reportedRecords),
    readRunFolder(afterFolder, reportedRecords),
  ]);
  const comparison = compareRuns(
    { folder: beforeFolder, data: before },
    { folder: afterFolder, data: after },
  );
  const report = comparisonReport(comparison, [before.plan, after.plan]);
  const files = {
    markdown: join(output, 'comparison.md'),
    json: join(output, 'comparison.json'),
  };
  await makeFolder(output);
  await writeAtomically(files.markdown, renderMarkdown(report));
  await writeJsonFile(files.json, comparison);
  return { files, report, comparison };
};
