/*
 * Shows whether default runs are conclusive and consistent: `npm run bench:default -- 10` makes ten in a row and prints a line for each. It
 * needs an idle machine. With `--disturbed`, two processes burn a core for random 0 to 3 s meanwhile, always in the same way. With
 * `--identical`, each run compares two servers for a minute that are the same program, so that every difference it finds is wrong. How
 * much their CPU time differs from start to start is printed below.
 */
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import { decided } from '../../lib/bench/analysis/ranking.ts';
import type { Target } from '../../lib/bench/model/measurement.ts';
import { startEffectOf } from './start-effect.ts';

const program = path.resolve(import.meta.dirname, '../../bin/serving-compare.js');
const runs = Number(process.argv[2] ?? 10);
const isDisturbed = process.argv.includes('--disturbed');
const isIdentical = process.argv.includes('--identical');
/** The simulated Tritons answer the same requests in the same way. */
const options = isIdentical ? ['--servings', 'triton_pytorch,triton_onnx', '--max-time', '1m'] : [];
const folder = mkdtempSync(path.join(tmpdir(), 'default-runs-'));

const nameOf = ({ serving, encoding }: Target): string => `${serving} (${encoding})`;

const speedsIn = ({ headline }: Summary): readonly string[] =>
  (headline?.verdicts ?? []).map((verdict) => {
    const pair = decided(verdict);
    return pair === undefined
      ? `${nameOf(verdict.first)}, ${nameOf(verdict.second)}: ${verdict.judgement.kind}`
      : `${nameOf(pair[0])} > ${nameOf(pair[1])}`;
  });

/** Which target needs more CPU time per request than which. */
const costsIn = ({ cpu }: Summary): readonly string[] =>
  (cpu?.verdicts ?? []).flatMap(({ first, second, judgement: { kind } }) => {
    if (kind === 'more') return [`${nameOf(first)} > ${nameOf(second)}`];
    return kind === 'less' ? [`${nameOf(second)} > ${nameOf(first)}`] : [];
  });

const percent = (share: number | undefined): string =>
  share === undefined ? '?' : `${(100 * share).toFixed(0)} %`;

const cells = (values: readonly (string | number)[]): boolean =>
  process.stdout.write(`| ${values.join(' | ')} |\n`);

const burners = isDisturbed
  ? [1, 2].map((seed) => fork(path.join(import.meta.dirname, 'burner.js'), [String(seed)]))
  : [];
cells(['run', 'seconds', 'repeats', 'ended', 'state', 'waited', 'speed', 'CPU time']);
cells(['---:', '---:', '---:', '---', '---', '---:', '---', '---']);
for (let run = 1; run <= runs; run += 1) {
  const output = path.join(folder, String(run));
  const startedAt = performance.now();
  const args = [program, 'run', ...options, '--output', output];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const seconds = (performance.now() - startedAt) / 1000;
  if (status !== 0 && status !== 1) throw new Error(stderr);
  const summary = JSON.parse(readFileSync(path.join(output, 'summary.json'), 'utf8')) as Summary;
  const { stopped, validity, machine, notices } = summary;
  cells([
    run,
    seconds.toFixed(0),
    `${stopped?.repeats} of ${stopped?.planned}`,
    stopped?.why ?? '',
    validity?.valid === true ? 'VALID' : 'INVALID',
    `${percent(machine?.waitShare)}${notices.some(({ code }) => code === 'busy-machine') ? ', said' : ''}`,
    speedsIn(summary).join('; '),
    costsIn(summary).join('; '),
  ]);
}
for (const burner of burners) burner.kill();
if (isIdentical) {
  const files = Array.from({ length: runs }, (_, index) =>
    path.join(folder, String(index + 1), 'results.jsonl'),
  );
  const { starts, effect } = startEffectOf(files);
  process.stdout.write(
    `\nCPU time per request differs by ${(100 * effect).toFixed(2)} % (standard deviation) between ${starts} starts\n`,
  );
}
rmSync(folder, { recursive: true });
