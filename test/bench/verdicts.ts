/*
 * Measures in simulated runs with a known truth how often verdicts are wrong, and how often they decide. `npm run bench:verdicts [-- RUNS]`
 * prints the tables of lib/docs/error-rates.md. RUNS is 1000 by default.
 */
import { compareParallelServers } from '../calibration/simulated-bursts.ts';
import { compareP95s, REPEATS_OF_RUNS, TIMES_NOISES } from '../calibration/simulated-p95.ts';
import { MACHINES, outcomeOf, START_EFFECTS } from '../calibration/simulated-verdicts.ts';

const runs = Number(process.argv[2] ?? 1000);
const percent = (share: number): string => (100 * share).toFixed(1);
const row = (cells: readonly (string | number)[]): boolean =>
  process.stdout.write(`| ${cells.join(' | ')} |\n`);

row([
  'machine',
  'start effect, %',
  'wrong: equal, %',
  '3 % apart',
  '36, 34, 30',
  'decided: by rate, %',
  'by CPU time',
  'repeats: equal',
  '36, 34, 30',
  'planned',
]);
row(['---', ...Array.from({ length: 9 }, () => '---:')]);
for (const machine of MACHINES) {
  for (const startEffect of START_EFFECTS) {
    const [equal, onMargin, apart] = (['equal', 'onMargin', 'apart'] as const).map((truth) =>
      outcomeOf(truth, machine, startEffect, runs),
    );
    if (equal === undefined || onMargin === undefined || apart === undefined) continue;
    row([
      machine.name,
      100 * startEffect,
      ...[equal, onMargin, apart].map(
        ({ wrong, wrongRate, wrongCpu }) =>
          `${percent(wrong)} (${percent(wrongRate)}, ${percent(wrongCpu)})`,
      ),
      percent(apart.decidedRate),
      percent(apart.decidedCpu),
      equal.repeats,
      apart.repeats,
      machine.scheduled,
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
