// Early stopping on the published study: `npm run bench:stopping [-- RUNS]`, 1,000 runs in about eight minutes.
import { HOSTILE_CURVES, type HostileCurve } from './stopping/hostile-curves.ts';
import { simulateHostile } from './stopping/simulate-hostile.ts';
import { simulateStudy } from './stopping/simulate-study.ts';
import { wordChangesText } from './stopping/word-changes.ts';

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const runs = Number(process.argv[2] ?? 1000);
const result = simulateStudy(runs);
const { fullWindowHours, earlyWindowHours, fullMachineHours, earlyMachineHours } = result;
const lines = [
  ['runs', String(result.runs)],
  [
    'measuring windows',
    `${earlyWindowHours.toFixed(2)} of ${fullWindowHours.toFixed(2)} h: ${percent(earlyWindowHours / fullWindowHours)}`,
  ],
  [
    'with starts, direct checks and ceilings',
    `${earlyMachineHours.toFixed(2)} of ${fullMachineHours.toFixed(2)} h: ${percent(earlyMachineHours / fullMachineHours)}`,
  ],
  [
    'cells left out',
    Object.entries(result.leftOut)
      .map(([rule, cells]) => `${rule} ${cells.toFixed(1)}`)
      .join(', '),
  ],
  [
    'runs with a wrong word',
    `${percent(result.earlyRunsWithWrongWord)} (full runs ${percent(result.fullRunsWithWrongWord)})`,
  ],
  [
    'words carried to left-out levels',
    `${result.carriedWords.toFixed(0)}, of which ${percent(result.wrongCarriedShare)} wrong`,
  ],
  ['words at measured levels', wordChangesText(result.measured)],
  ['words at all levels', wordChangesText(result.all)],
  ['another full run, for comparison', wordChangesText(result.again)],
];
for (const kind of Object.keys(HOSTILE_CURVES) as HostileCurve[]) {
  const { carried, wrongShare } = simulateHostile(kind, Math.ceil(runs / 5));
  lines.push([
    `carried where the curves are ${kind}`,
    `${carried.toFixed(0)}, of which ${percent(wrongShare)} wrong`,
  ]);
}
process.stdout.write(
  `${lines.map(([name = '', text]) => `${name.padEnd(40)}${text}`).join('\n')}\n`,
);
