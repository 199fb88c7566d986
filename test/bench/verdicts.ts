/*
 * Measures in simulated runs with a known truth how often verdicts are wrong, and how often they decide. `npm run bench:verdicts [-- RUNS]`
 * prints the tables of lib/docs/error-rates.md, and with `-- RUNS --endings` that of test/bench/README.md instead: what it changes that a run also ends
 * once open differences are close. RUNS is 1000 by default, of which each takes some hundredths of a second for a figure.
 */
import { parseArgs } from 'node:util';
import { compareParallelServers } from '../calibration/simulated-bursts.ts';
import { compareP95s, REPEATS_OF_RUNS, TIMES_NOISES } from '../calibration/simulated-p95.ts';
import { MACHINES, outcomeOf, START_EFFECTS, TRUTHS } from '../calibration/simulated-verdicts.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { endings: { type: 'boolean', default: false } },
});
const runs = Number(positionals[0] ?? 1000);
const percent = (share: number): string => (100 * share).toFixed(1);
const row = (cells: readonly (string | number)[]): boolean =>
  process.stdout.write(`| ${cells.join(' | ')} |\n`);

/** A start effect between none and the largest that was seen. */
const START_EFFECT = 0.01;

const printEndings = (): void => {
  row([
    'machine',
    'true rates, requests/s',
    'wrong: with, %',
    'without',
    'decided by rate: with, %',
    'without',
    'by CPU time: with, %',
    'without',
    'repeats: with',
    'without',
  ]);
  row(['---', '---', ...Array.from({ length: 8 }, () => '---:')]);
  for (const machine of MACHINES) {
    for (const [truth, rates] of Object.entries(TRUTHS)) {
      const [both, decided] = (['decided-or-close', 'decided'] as const).map((ending) =>
        outcomeOf(truth as keyof typeof TRUTHS, machine, START_EFFECT, runs, ending),
      );
      if (both === undefined || decided === undefined) continue;
      const shares = (['wrong', 'decidedRate', 'decidedCpu'] as const).flatMap((share) =>
        [both, decided].map((outcome) => percent(outcome[share])),
      );
      row([machine.name, rates.join(', '), ...shares, both.repeats, decided.repeats]);
    }
  }
};

const printErrorRates = (): void => {
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
      // As many as runs above would take longer than those.
      const equal = compareP95s(noise, repeats, 1, Math.ceil(runs / 5));
      const longer = compareP95s(noise, repeats, 1.25, Math.ceil(runs / 10));
      row([
        noise.name,
        repeats.join(', '),
        percent(equal.wrong),
        percent(longer.wrong),
        percent(longer.slower),
      ]);
    }
  }
};

if (values.endings) printEndings();
else printErrorRates();
