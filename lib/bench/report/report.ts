import { targetLabels } from '../wording/labels.ts';
import type { Summary } from '../analysis/summary.ts';
import type { RunData } from '../results/run-folder.ts';
import { fold, list } from './blocks.ts';
import { chartSet, looksOf, type GroupCharts } from './charts/chart-set.ts';
import type { Labels } from './columns.ts';
import type { DataFile, Report, Section } from './model.ts';
import { measurementsFile } from './sections/measurements.ts';
import { answerCheckSection } from './sections/answer-checks.ts';
import { coldStartSection } from './sections/cold-starts.ts';
import { costSection, targetsFile } from './sections/costs.ts';
import { environmentLines } from './sections/environment-lines.ts';
import { failureSection, missingSection } from './sections/failures.ts';
import { checksFile, checkSection } from './sections/checks.ts';
import { headBlocks, titleOf } from './sections/head.ts';
import { methodSection } from './sections/method.ts';
import { noopLimitSection, resultSection, summaryFile } from './sections/results.ts';
import { sloRatesFile, sloRateSection } from './sections/slo-rates.ts';
import { studyFile, studySection } from './sections/study.ts';
import { verdictsFile, verdictSection } from './sections/verdicts.ts';

const environmentSection = (summary: Summary): Section => ({
  id: 'environment',
  name: 'Environment',
  title: 'Environment',
  blocks: [
    ...list(environmentLines(summary), 'terms', ['html']),
    ...fold('Where and with what it was measured', list(environmentLines(summary)), ['markdown']),
  ],
});

/** Names of the targets of a run. */
const labelsOf = ({ rows, plan }: Summary): Labels =>
  targetLabels(
    rows.map((row) => row.target),
    plan,
  );

/** What a run came to: what was found first, then whether to believe it, then the rest. */
export const reportOf = (
  summary: Summary,
  groups: readonly GroupCharts[] = chartSet(summary),
): Report => {
  const labels = labelsOf(summary);
  const looks = looksOf(summary);
  return {
    title: titleOf(summary),
    head: headBlocks(summary, labels),
    sections: [
      verdictSection(summary, labels),
      sloRateSection(summary, labels),
      ...groups.map((group) => resultSection(group, labels, looks)),
      checkSection(summary, labels),
      noopLimitSection(summary, labels),
      costSection(summary, labels),
      coldStartSection(summary, labels),
      studySection(summary, labels),
      answerCheckSection(summary, labels),
      failureSection(summary, labels),
      missingSection(summary),
      environmentSection(summary),
      methodSection(summary),
    ],
  };
};

/** The CSV files of a run by the names that the command line gives them. */
export const dataFilesOf = (data: RunData, summary: Summary) =>
  ({
    csv: summaryFile(summary),
    measurements: measurementsFile(data, summary),
    targets: targetsFile(summary),
    verdicts: verdictsFile(summary),
    checks: checksFile(summary),
    // The run may have nothing in common with the study, and no bounds may have been asked for.
    ...(summary.study === undefined ? {} : { study: studyFile(summary) }),
    ...(summary.sloRates === undefined ? {} : { sloRates: sloRatesFile(summary) }),
  }) satisfies Readonly<Record<string, DataFile>>;
