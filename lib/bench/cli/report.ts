import { folder } from '../../../serving-configs/options/kinds.ts';
import { p99Bounds } from '../plan/command-line.ts';
import { MARGIN_TEXT } from '../wording/judgement-text.ts';
import { command, RUN_EXIT_CODES } from './command.ts';
import { baseline, ciReport, failIf, failOn, json, saveBaseline, verbose } from './options.ts';

/** Writes the report of a run folder again, or compares two run folders. */
export const report = command({
  description: `Writes the report of a run folder again, even if the run was cut off, and prints its answer. Files in DIR: report.html, report.md, summary.json (npm run docs:schemas writes its JSON Schema), summary.csv (a line for each result), measurements.csv (a line for each measurement), verdicts.csv, and charts/ as SVG. results.jsonl, what was measured, is only read.

With two run folders from the same machine it compares the rate and the p95 of each target at each level (in an open loop: the median and the p95). Each is faster or slower (perhaps by less than ${MARGIN_TEXT}), equal within ${MARGIN_TEXT}, no difference above X %, or too noisy to tell. It also lists which software differs between the runs. It writes comparison.html, comparison.md and comparison.json. --baseline compares DIR with a saved run. Runs on different machines, or with a different model, data set or setting, are not comparable: it says why and exits with 2.`,
  words: ['dir', 'after'],
  options: {
    dir: { kind: folder, description: 'folder of a run', required: true },
    after: { kind: folder, description: 'folder of a second run, compared with the first' },
    'slo-p99': {
      kind: p99Bounds,
      description: 'p99 limits to use instead of those of the run, such as 15ms,50ms',
      conflicts: ['after', 'baseline'],
    },
    'fail-if': { ...failIf, conflicts: ['after', 'baseline'] },
    baseline: { ...baseline, conflicts: ['after'] },
    'save-baseline': { ...saveBaseline, conflicts: ['after'] },
    'fail-on': { ...failOn, onlyWith: ['AFTER', '--baseline'] },
    output: {
      kind: folder,
      description: 'where to write the comparison',
      defaultText: 'results/comparison-DIR-AFTER; results/comparison-NAME-DIR with a baseline',
      onlyWith: ['AFTER', '--baseline'],
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
    'npx serving-compare report results/after --baseline main',
  ],
  exitCodes: `${RUN_EXIT_CODES}; with two runs:; 0 compared; 1 a --fail-on applies; 2 not comparable`,
  run: async (values, { console }) => {
    const { dir, after, baseline: name, 'save-baseline': savedName, 'slo-p99': sloP99Ms } = values;
    const { assertCiFolder, printComparison, printResult } = await import('./run-result.ts');
    const { compareFolders, saveAsBaseline } = await import('./comparison-result.ts');
    const { findBaseline } = await import('../results/baselines.ts');
    await assertCiFolder(values);
    if (after !== undefined) {
      return printComparison(await compareFolders(dir, after, values), values, console);
    }
    if (name !== undefined) {
      const compared = await compareFolders(await findBaseline(name), dir, values);
      const exitCode = await printComparison(compared, values, console);
      const { valid, isGoingOn } = compared.comparison.after;
      if (savedName !== undefined) {
        await saveAsBaseline(dir, savedName, valid && isGoingOn !== true, console);
      }
      return exitCode;
    }
    const { writeReport } = await import('../report/write-report.ts');
    const written = await writeReport(dir, { sloP99Ms });
    const exitCode = await printResult(written, dir, console, { ...values, withStatement: true });
    if (savedName !== undefined) {
      await saveAsBaseline(dir, savedName, written.summary.validity?.valid === true, console);
    }
    return exitCode;
  },
});
