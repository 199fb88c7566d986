import { basename } from 'node:path';
import { rowLabels } from '../wording/labels.ts';
import { modelTitle } from '../wording/statement.ts';
import type { Summary } from '../analysis/summary.ts';
import type { RunData } from '../results/run-folder.ts';
import { chartsOf, type GroupCharts } from './charts/chart-set.ts';
import type { DataFile, Report, Section } from './model.ts';
import { measurementsFile } from './sections/measurements.ts';
import { answerCheckSection } from './sections/answer-checks.ts';
import { coldStartSection } from './sections/cold-starts.ts';
import { costSection } from './sections/costs.ts';
import { environmentSection } from './sections/environment.ts';
import { failureSection } from './sections/failures.ts';
import { checkSection } from './sections/checks.ts';
import { headBlocks, runName, type LinkedFiles } from './sections/head.ts';
import { methodSection } from './sections/method.ts';
import { resultSections, summaryFile } from './sections/results.ts';
import { stabilityFile, stabilitySection } from './sections/stability.ts';
import { sloRateSection } from './sections/slo-rates.ts';
import { studySection } from './sections/study.ts';
import { manyFile, manySection } from './sections/many-models.ts';
import { tuningSection } from './sections/tuning.ts';
import { usageSection } from './sections/usage.ts';
import { verdictsFile, verdictSection } from './sections/verdicts.ts';

const folded = (...sections: readonly (Section | undefined)[]): readonly (Section | undefined)[] =>
  sections.map((section) => section && { ...section, isFolded: true });

/** The group whose charts are open: the one with the highest level of the verdicts. */
const groupInView = (
  { headline }: Summary,
  groups: readonly GroupCharts[],
): GroupCharts | undefined => {
  const load = headline?.loads.at(-1);
  return (
    groups.find(
      ({ group }) => group.scenario === load?.scenario && group.loop === load.level.loop,
    ) ?? groups[0]
  );
};

/** The report of a run: first the answer, then the charts of one scenario, then the sections that are closed on a screen. */
export const reportOf = (summary: Summary, files?: LinkedFiles): Report => {
  const { stability } = summary;
  const charts = chartsOf(summary);
  const labels = rowLabels(summary.rows, summary.plan);
  const inView = groupInView(summary, charts.groups);
  return {
    title: `${runName(summary)} · serving-compare`,
    head: headBlocks(summary, labels, charts.head, files),
    sections: [
      tuningSection(summary, charts.tuning),
      manySection(summary, charts.many),
      stabilitySection(summary, labels),
      ...charts.groups
        .toSorted((a, b) => Number(b === inView) - Number(a === inView))
        .flatMap((group) =>
          resultSections(group, summary, labels, group === inView && stability === undefined),
        ),
      ...folded(
        verdictSection(summary, labels),
        sloRateSection(summary, labels),
        checkSection(summary, labels),
        costSection(summary, labels),
        coldStartSection(summary, labels),
        usageSection(summary),
        studySection(summary, labels),
        answerCheckSection(summary, labels),
        failureSection(summary, labels),
        environmentSection(summary),
        methodSection(summary),
      ),
    ].filter((section) => section !== undefined),
  };
};

/** What answered in a run, in a few words. */
const comparedText = ({ runtime, served = {} }: Summary['plan']): string => {
  if (runtime === 'simulated') return 'simulated server';
  if (runtime === 'running') return 'running servers';
  const answers = Object.values(served);
  if (answers.every(({ real }) => real)) return 'real servers';
  return answers.some(({ real }) => real) ? 'real servers and stand-ins' : 'stand-ins';
};

/** What the servers computed on: `cpu` unless containers used a GPU. */
const acceleratorOf = ({ plan, environment }: Summary): string =>
  environment.aws?.accelerator ??
  Object.values(plan.served ?? {}).find(({ accelerator }) => accelerator !== undefined)
    ?.accelerator ??
  'cpu';

/** Facts on the run for each line of its CSV files, since a file may be read without the report. */
const runFacts = (summary: Summary): Readonly<Record<string, string>> => {
  const { plan, validity } = summary;
  return {
    compared: comparedText(plan),
    accelerator: acceleratorOf(summary),
    model: modelTitle(plan) ?? basename(plan.model.file),
    run_valid: String(validity?.valid ?? ''),
  };
};

/** The CSV files of a run. */
export const dataFilesOf = (data: RunData, summary: Summary): readonly DataFile[] => {
  const { stability, manyModels } = summary;
  return [
    summaryFile(summary),
    measurementsFile(data),
    verdictsFile(summary),
    ...(stability === undefined || stability.targets.length === 0
      ? []
      : [stabilityFile(stability)]),
    ...(manyModels === undefined ? [] : [manyFile(summary, manyModels)]),
  ].map((file) => ({ ...file, facts: runFacts(summary) }));
};
