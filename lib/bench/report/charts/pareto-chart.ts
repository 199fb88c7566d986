import { gatesSupport } from '../../analysis/gates/gates-support.ts';
import {
  beats,
  beatsBeyondDoubt,
  paretoFront,
  type UncertainTradeoff,
} from '../../analysis/pareto-front.ts';
import type { Summary, SummaryRow } from '../../analysis/summary.ts';
import type { Verdict } from '../../analysis/verdicts/verdict.ts';
import { verdictOn } from '../../analysis/verdicts/standing.ts';
import { levelId, pathId } from '../../plan/cell.ts';
import { offeredLoad } from '../../wording/labels.ts';
import type { RowGroup } from '../row-groups.ts';
import { latencyScale, nearScale } from './axis-scale.ts';
import type { Chart } from './chart.ts';
import type { ChartLine } from './chart-line.ts';
import { claimedPercentile, type ChartedPercentile } from './claimed-percentile.ts';
import { drawLineChart } from './line-chart.ts';
import { fromText, levelTitle, tipOf, type PathLooks } from './path-lines.ts';
import { paragraph } from './sentences.ts';
import { boundsBeside, sloBounds } from './slo-bounds.ts';

const isMeasured = ({ requestRatePerSecond: rate, p50Ms }: SummaryRow): boolean =>
  rate !== undefined && rate.value > 0 && p50Ms !== undefined;

interface Candidate extends UncertainTradeoff {
  readonly row: SummaryRow;
}

const candidatesOf = (
  rows: readonly SummaryRow[],
  latency: ChartedPercentile,
): readonly Candidate[] =>
  rows.flatMap((row) => {
    const [rate, latencyMs] = [row.requestRatePerSecond?.value, latency.of(row)?.value];
    return rate === undefined || latencyMs === undefined
      ? []
      : [
          {
            row,
            ratePerSecond: rate,
            latencyMs,
            rateInterval: row.intervals?.requestRatePerSecond?.interval,
            latencyInterval: latency.intervalOf(row),
          },
        ];
  });

/** Tells of each pair of rows of a group at one load what its verdict says; undefined where it says nothing. */
type WordOn = (one: SummaryRow, other: SummaryRow) => Verdict['word'] | undefined;

const wordOn =
  ({ verdicts: families = [] }: Summary): WordOn =>
  (one, other) => {
    // Verdicts at an open loop are of medians, and the chart may draw another percentile.
    if (one.level.loop === 'open' || levelId(one.level) !== levelId(other.level)) return undefined;
    const family = families.find(
      ({ scenario, level }) => scenario === one.scenario && levelId(level) === levelId(one.level),
    );
    const verdict = family === undefined ? undefined : verdictOn(family, one.path, other.path);
    return verdict?.withheld === undefined ? verdict?.word : undefined;
  };

/**
 * Those that another one beats beyond doubt: at one load, where there is a verdict, as it says; else where the intervals of
 * rate or latency lie apart.
 */
const beatenOf = (candidates: readonly Candidate[], word: WordOn): ReadonlySet<Candidate> =>
  new Set(
    candidates.filter((one) =>
      candidates.some((other) => {
        if (!gatesSupport(other.row) || !beats(other, one)) return false;
        const said = word(one.row, other.row);
        // One that beats another by its figures is not the one that a decided verdict calls slower.
        return said === undefined
          ? beatsBeyondDoubt(other, one)
          : said === 'faster' || said === 'slower';
      }),
    ),
  );

/** Up to which rate a latency is enough: level from a point of the front to the rate of the next one, which waits longer. */
const frontLine = (front: readonly Candidate[]): ChartLine => ({
  label: 'frontier',
  stroke: 'solid',
  marker: 'none',
  points: front.flatMap(({ ratePerSecond: x, latencyMs }, index) => {
    const next = front[index + 1];
    const point = { x, y: latencyMs };
    return next === undefined ? [point] : [point, { x, y: next.latencyMs }];
  }),
});

const pathPoints = (
  candidates: readonly Candidate[],
  front: ReadonlySet<Candidate>,
  beaten: ReadonlySet<Candidate>,
  looks: PathLooks,
  latency: ChartedPercentile,
): readonly ChartLine[] =>
  [...looks].flatMap(([id, look]): ChartLine[] => {
    const own = candidates.filter(({ row }) => pathId(row.path) === id);
    if (own.length === 0) return [];
    const points = own.map((candidate) => {
      const { row, ratePerSecond, latencyMs } = candidate;
      const cost = row.usdPerMillion;
      const isBest = front.has(candidate);
      return {
        x: ratePerSecond,
        y: latencyMs,
        fails: !gatesSupport(row),
        isDominated: beaten.has(candidate),
        // The line comes from the left and goes on to the right or upwards.
        ...(isBest ? { label: String(offeredLoad(row.level)), isLabelLow: true } : {}),
        tip: tipOf(look.label, row, [
          { what: 'request rate', unit: 'requests/s', value: ratePerSecond },
          { what: latency.name, unit: 'ms', value: latencyMs },
          ...(cost === undefined ? [] : [{ what: 'cost', unit: '$ a million', value: cost }]),
        ]),
      };
    });
    return [{ ...look, stroke: 'filled', points }];
  });

const frontText = (front: readonly Candidate[], looks: PathLooks): string =>
  front.length === 0
    ? 'none, as every level fails a gate'
    : front
        .map(
          ({ row }) => `${looks.get(pathId(row.path))?.label ?? ''} at ${offeredLoad(row.level)}`,
        )
        .join('; ');

/** Which path and level to choose: every row by its rate and its latency, with those that no other one beats in both. */
export const paretoCharts = (
  group: RowGroup,
  looks: PathLooks,
  summary: Summary,
): readonly Chart[] => {
  const rows = group.rows.filter(isMeasured);
  // Of all rows, so that none is left out for having been measured shortly.
  const latency = claimedPercentile(rows, 1);
  const candidates = candidatesOf(rows, latency);
  // A single point is no choice.
  if (candidates.length < 2) return [];
  const front = paretoFront(candidates.filter(({ row }) => gatesSupport(row)));
  const beaten = beatenOf(candidates, wordOn(summary));
  const paths = pathPoints(candidates, new Set(front), beaten, looks, latency);
  const values = candidates.map(({ latencyMs }) => latencyMs);
  const bounds = latency.name === 'p99' ? boundsBeside(sloBounds(summary), values) : [];
  const y = latencyScale([...values, ...bounds.map(({ ms }) => ms)]);
  const x = nearScale(candidates.map(({ ratePerSecond }) => ratePerSecond));
  const name = `pareto-${group.id}`;
  return [
    {
      name,
      title: 'Best trade-offs of rate and latency',
      description: `Points of the ${latency.title} of the response time in milliseconds against the achieved request rate, ${group.scenario} scenario, one a path and level, with a line through those that no other point beats in both: ${frontText(front, looks)}.`,
      caption: paragraph([
        `On the line: no other point has more rate and less waiting; the figures beside them are ${levelTitle(group)}. Grey: another point is better in both beyond doubt, as the verdict on the two says, or else as the 95 % intervals of one figure lie apart. Coloured, off the line: which is better is undecided.`,
        latency.name === 'p99'
          ? ''
          : `Drawn is the ${latency.name}, as not every point has the answers to claim a p99.`,
        candidates.length > front.length && candidates.some(({ row }) => !gatesSupport(row))
          ? 'What fails a gate is on no frontier.'
          : '',
        summary.costs === undefined
          ? ''
          : 'All share one price an hour, so the frontier of cost against waiting is the same.',
        fromText(x),
        ...bounds.map(({ sentence }) => sentence),
      ]),
      svg: drawLineChart({
        name,
        xTitle: 'achieved requests/s',
        yTitle: `${latency.name}, ms${y.kind === 'log' ? ' (log)' : ''}`,
        panels: [
          {
            x,
            y,
            lines: [...paths, ...(front.length > 1 ? [frontLine(front)] : [])],
            bounds: bounds.map(({ ms, label }) => ({ y: ms, label })),
          },
        ],
        keys: [],
      }),
    },
  ];
};
