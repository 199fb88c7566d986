/*
 * Measures in simulated runs with a known truth how often verdicts are wrong, and how often they decide. `npm run bench:verdicts [-- RUNS]`
 * prints the table of lib/docs/error-rates.md. RUNS is 1000 by default.
 */
import { compareParallelServers } from '../calibration/simulated-bursts.ts';
import { compareP95s, REPEATS_OF_RUNS, TIMES_NOISES } from '../calibration/simulated-p95.ts';
import { calibrate, NOISES, sizesOf } from '../calibration/simulated-verdicts.ts';

const runs = Number(process.argv[2] ?? 1000);
const percent = (share: number): string => (100 * share).toFixed(1);
const row = (cells: readonly (string | number)[]): boolean =>
  process.stdout.write(`| ${cells.join(' | ')} |\n`);

row([
  'noise',
  'repeats',
  'levels',
  'wrong: runs, %',
  'levels',
  'alone',
  'decided: by run, %',
  'by level',
  'alone',
]);
row(['---', ...Array.from({ length: 8 }, () => '---:')]);
for (const noise of NOISES) {
  for (const size of sizesOf(noise)) {
    const outcome = calibrate(noise, size, runs);
    row([
      noise.name,
      size.repeats,
      size.levels,
      percent(outcome.wrongRuns),
      percent(outcome.wrongLevels),
      percent(outcome.wrongAlone),
      percent(outcome.decidedPairs),
      percent(outcome.decidedAtLevels),
      percent(outcome.decidedAlone),
    ]);
  }
}

process.stdout.write('\n');
row(['servers that answer all users at once', 'wrong runs, %', 'intervals that hold, %']);
row(['---', '---:', '---:']);
for (const factor of [1, 1.04]) {
  const { wrong, covered } = compareParallelServers(factor, runs);
  row([factor === 1 ? 'equal' : '4 % apart', percent(wrong), percent(covered)]);
}

process.stdout.write('\n');
row(['response times', 'repeats', 'wrong: equal, %', '25 % longer', '25 % longer found, %']);
row(['---', ...Array.from({ length: 4 }, () => '---:')]);
for (const noise of TIMES_NOISES) {
  for (const repeats of REPEATS_OF_RUNS) {
    const [equal, longer] = [1, 1.25].map((factor) => compareP95s(noise, repeats, factor, runs));
    row([
      noise.name,
      repeats.join(', '),
      percent(equal?.wrong ?? Number.NaN),
      percent(longer?.wrong ?? Number.NaN),
      percent(longer?.slower ?? Number.NaN),
    ]);
  }
}
