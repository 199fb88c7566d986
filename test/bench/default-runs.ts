/*
 * Shows whether default runs are conclusive and consistent: `npm run bench:default -- 10` makes ten in a row and prints a line for each.
 * Needs an idle machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { decided } from '../../lib/bench/analysis/ranking.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import type { Target } from '../../lib/bench/model/measurement.ts';

const program = path.resolve(import.meta.dirname, '../../bin/serving-compare.js');
const runs = Number(process.argv[2] ?? 10);
const folder = mkdtempSync(path.join(tmpdir(), 'default-runs-'));

const nameOf = ({ serving, encoding }: Target): string => `${serving} (${encoding})`;

const verdictsOf = ({ headline }: Summary): readonly string[] =>
  (headline?.verdicts ?? []).map((verdict) => {
    const pair = decided(verdict);
    return pair === undefined
      ? `${nameOf(verdict.first)}, ${nameOf(verdict.second)}: ${verdict.judgement.kind}`
      : `${nameOf(pair[0])} > ${nameOf(pair[1])}`;
  });

/** Length of all measuring windows together. */
const measuredSeconds = async (output: string): Promise<number> =>
  (await readRunFolder(output)).plan.measurements.reduce(
    (sum, { durationSeconds }) => sum + durationSeconds,
    0,
  );

process.stdout.write('| run | seconds | measuring | state | unbeaten | verdicts |\n');
process.stdout.write('| ---: | ---: | ---: | --- | --- | --- |\n');
for (let run = 1; run <= runs; run += 1) {
  const output = path.join(folder, String(run));
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [program, 'run', '--output', output], {
    encoding: 'utf8',
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (status !== 0 && status !== 1) throw new Error(stderr);
  const summary = JSON.parse(readFileSync(path.join(output, 'summary.json'), 'utf8')) as Summary;
  const unbeaten = (summary.ranking?.judged ?? []).filter(({ ranks }) => ranks.best === 1);
  const share = (100 * (await measuredSeconds(output))) / seconds;
  process.stdout.write(
    `| ${run} | ${seconds.toFixed(0)} | ${share.toFixed(0)} % | ${summary.validity?.valid === true ? 'VALID' : 'INVALID'} | ${unbeaten.map(({ target }) => nameOf(target)).join(', ')} | ${verdictsOf(summary).join('; ')} |\n`,
  );
}
rmSync(folder, { recursive: true });
