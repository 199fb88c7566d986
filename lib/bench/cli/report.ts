import { choice, folder, list } from '../../../serving-configs/options/kinds.ts';
import { p99Bounds } from '../plan/command-line.ts';
import { MARGIN_TEXT } from '../wording/judgement-text.ts';
import { command, RUN_EXIT_CODES } from './command.ts';
import { ciReport, failIf, json, verbose } from './options.ts';

/** Writes the report of a run folder again, or compares two run folders. */
export const report = command({
  description: `Writes the report of a run folder again, even if the run was cut off, and prints its answer. Files in DIR: report.html, report.md, summary.json (npm run docs:schemas writes its JSON Schema), summary.csv (a line for each result), measurements.csv (a line for each measurement), verdicts.csv, and charts/ as SVG. results.jsonl, what was measured, is only read.

With two run folders from the same machine it compares the rate and the p95 of each target at each level (in an open loop: the median and the p95). Each is faster or slower (perhaps by less than ${MARGIN_TEXT}), equal within ${MARGIN_TEXT}, no difference above X %, or too noisy to tell. It also lists which software differs between the runs. It writes comparison.md and comparison.json. Runs on different machines, or with a different model, data set or setting, are not comparable: it says why and exits with 2.`,
  words: ['dir', 'after'],
  options: {
    dir: { kind: folder, description: 'folder of a run', required: true },
    after: { kind: folder, description: 'folder of a second run, compared with the first' },
    'slo-p99': {
      kind: p99Bounds,
      description: 'p99 limits to use instead of those of the run, such as 15ms,50ms',
      conflicts: ['after'],
    },
    'fail-if': { ...failIf, conflicts: ['after'] },
    'fail-on': {
      kind: list(choice(undefined, ['slower', 'undecided', 'withheld'])),
      description: `slower: exit with 1 if a figure is slower by more than ${MARGIN_TEXT}; undecided: also if the data cannot tell; withheld: also if there is no verdict`,
      onlyWith: ['AFTER'],
    },
    output: {
      kind: folder,
      description: 'where to write the comparison',
      defaultText: 'results/comparison-DIR-AFTER',
      onlyWith: ['AFTER'],
    },
    'ci-report': ciReport,
    verbose,
    json,
  },
  examples: [
    'npx serving-compare report results/2026-01-31T12-00-00-quick',
    'npx serving-compare report results/study --json | jq .summary.rows',
    'npx serving-compare report results/study --slo-p99 50ms,100ms',
    'npx serving-compare report results/before results/after --fail-on slower',
  ],
  exitCodes: `${RUN_EXIT_CODES}; with two runs:; 0 compared; 1 a --fail-on applies; 2 not comparable`,
  run: async (values, { console }) => {
    const { dir, after, 'slo-p99': sloP99Ms } = values;
    const { assertCiFolder, printComparison, printResult } = await import('./run-result.ts');
    await assertCiFolder(values);
    if (after !== undefined) return printComparison([dir, after], values, console);
    const { writeReport } = await import('../report/write-report.ts');
    const written = await writeReport(dir, { sloP99Ms });
    return printResult(written, dir, console, { ...values, withStatement: true });
  },
});
