import type { Costs, TargetCost, Price } from '../../analysis/costs.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId, type Scenario } from '../../model/measurement.ts';
import { levelLabel } from '../../wording/labels.ts';
import { dataFile, table, text } from '../blocks.ts';
import {
  dataColumn,
  engineColumn,
  estimateColumn,
  figureColumn,
  targetColumn,
  scenarioColumn,
  wordColumn,
  type Labels,
} from '../columns.ts';
import type { Column, DataFile, Section } from '../model.ts';
import { COLD_START_COLUMNS } from './cold-starts.ts';

/** What a million answers cost on a target, and at which level. */
const COLUMNS: readonly Column<TargetCost>[] = [
  estimateColumn('usd_per_million', 'Cost', '$/million', ({ usdPerMillion }) => usdPerMillion),
  figureColumn(
    'cost_rate_per_second',
    'Rate',
    'requests/s',
    ({ requestRatePerSecond }) => requestRatePerSecond,
  ),
  figureColumn('cost_p99_ms', 'p99', 'ms', ({ p99Ms }) => p99Ms),
  figureColumn('cost_bound_ms', 'Bound of p99', 'ms', ({ boundMs }) => boundMs),
  wordColumn('cost_load', 'At', ({ level }) => levelLabel(level)),
];

/** Whose price it is, as a sentence. */
export const priceText = ({ usdPerHour, kind, region, date, source }: Price): string => {
  const amount = `$${usdPerHour} an hour`;
  if (kind === 'given') return `Price: ${amount}, as given with --price-per-hour.`;
  const read = date === undefined ? 'the day was not recorded' : `read on ${date}`;
  return `Price: ${amount} for a node pair with its addresses and disks, list prices of ${region ?? 'its region'}, ${read}${source === undefined ? '' : ` (${source})`}.`;
};

/** Below the table. */
const footnoteOf = ({ price }: Costs): string =>
  `${priceText(price)} Cost: price an hour ÷ (rate × 3600) × 1,000,000, at the highest rate within each bound of p99, and at the highest rate of all levels; levels that fail a check are not chosen. The 95 % interval is that of the rate.`;

/** What a million answers cost on each target; nothing where no price is known. */
export const costSection = ({ costs }: Summary, labels: Labels): Section => ({
  id: 'cost',
  name: 'Cost',
  title: 'Cost',
  blocks:
    costs === undefined || costs.targets.length === 0
      ? []
      : [
          ...table(
            'What a million answers cost',
            [targetColumn(labels), scenarioColumn, ...COLUMNS],
            costs.targets,
            { file: 'targets.csv' },
          ),
          text(footnoteOf(costs), 'small'),
        ],
});

interface PathLine {
  readonly row: Summary['rows'][number];
  readonly cost: TargetCost | undefined;
  readonly start: NonNullable<Summary['coldStarts']>[number] | undefined;
}

/** A cold start has no scenario of its own. */
const keyOf = ({
  target,
  engine,
  scenario = 'cold',
}: Pick<TargetCost, 'target' | 'engine'> & { readonly scenario?: Scenario }): string =>
  `${targetId(target)}/${engine}/${scenario}`;

/** Each target, engine and scenario once, and once more for each further bound of its cost. */
const targetLines = ({ rows, costs, coldStarts = [] }: Summary): readonly PathLine[] => {
  const seen = new Set<string>();
  return rows.flatMap((row): readonly PathLine[] => {
    const key = keyOf(row);
    if (seen.has(key)) return [];
    seen.add(key);
    const [cost, ...others] = costs?.targets.filter((one) => keyOf(one) === key) ?? [];
    return [
      { row, cost, start: coldStarts.find((start) => keyOf(start) === key) },
      ...others.map((other) => ({ row, cost: other, start: undefined })),
    ];
  });
};

/** A column of one part of a line, empty where the line has none. */
const partOf = <Part>(
  { key, value, parts = [] }: Column<Part>,
  pick: (line: PathLine) => Part | undefined,
): Column<PathLine> => {
  const of =
    <Value>(read: (part: Part) => Value) =>
    (line: PathLine): Value | undefined => {
      const part = pick(line);
      return part === undefined ? undefined : read(part);
    };
  return {
    ...dataColumn(key, of(value)),
    parts: parts.map(([suffix, read]) => [suffix, (line) => of(read)(line) ?? '']),
  };
};

/** `targets.csv`: what each target costs, and how it starts. */
export const targetsFile = (summary: Summary): DataFile =>
  dataFile(
    'targets.csv',
    [
      ...[targetColumn(new Map()), engineColumn, scenarioColumn].map((column) =>
        partOf<PathLine['row']>(column, ({ row }) => row),
      ),
      ...COLUMNS.map((column) => partOf(column, ({ cost }) => cost)),
      ...COLD_START_COLUMNS.map((column) => partOf(column, ({ start }) => start)),
    ],
    targetLines(summary),
  );
