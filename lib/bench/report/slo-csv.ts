import { overBoundShare } from '../analysis/slo/over-bound-share.ts';
import type { MeasuredRate, SloTrial } from '../analysis/slo/judge-trial.ts';
import type { SloSearchResult } from '../analysis/slo/slo-searches.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import { csvText, runFields } from './csv-text.ts';
import { figureAsNumber, formatFigure } from '../wording/format-number.ts';

type Column = readonly [name: string, text: (search: SloSearchResult, trial: SloTrial) => string];

const optional = (value: number | undefined): string => figureAsNumber(value);

const percent = (share: number | undefined): string =>
  figureAsNumber(share === undefined ? undefined : share * 100);

const failedGates = ({ gates = [] }: MeasuredRate): string =>
  gates
    .filter(({ state }) => state === 'failed')
    .map(({ gate }) => gate)
    .join(' ');

type MeasuredColumn = readonly [name: string, text: (measured: MeasuredRate) => string];

/** What windows counted, of those that tried a rate as of those that confirmed it. */
const MEASURED: readonly MeasuredColumn[] = [
  ['windows', ({ windows }) => String(windows ?? '')],
  ['window_seconds', ({ windowSeconds }) => optional(windowSeconds)],
  ['requests', ({ requests }) => String(requests ?? '')],
  ['over_bound', ({ overBound }) => String(overBound ?? '')],
  ['over_bound_percent', (measured) => percent(overBoundShare(measured)?.value)],
  ['over_bound_percent_low98', (measured) => percent(overBoundShare(measured)?.interval.low)],
  ['over_bound_percent_high98', (measured) => percent(overBoundShare(measured)?.interval.high)],
  ['p50_ms', ({ p50Ms }) => optional(p50Ms)],
  ['p99_ms', ({ p99Ms }) => optional(p99Ms)],
  ['failed_gates', failedGates],
];

const COLUMNS: readonly Column[] = [
  ['path', ({ path }) => pathId(path)],
  ['engine', ({ engine }) => engine],
  ['p99_bound_ms', ({ p99Ms }) => formatFigure(p99Ms)],
  ['offered_rate_per_second', (_, { ratePerSecond }) => formatFigure(ratePerSecond)],
  ['valid', (_, { valid }) => String(valid)],
  ['undecided', (_, { undecided = false }) => String(undecided)],
  ['achieved_rate_per_second', (_, trial) => optional(trial.achievedRatePerSecond)],
  ...MEASURED.map(([name, text]): Column => [name, (_, trial) => text(trial)]),
  ['confirmed', (_, { confirmation }) => String(confirmation?.valid ?? '')],
  ...MEASURED.map(([name, text]): Column => [
    `confirmation_${name}`,
    (_, { confirmation }) => (confirmation === undefined ? '' : text(confirmation)),
  ]),
  ['limited_by', (_, { limitedBy }) => limitedBy ?? ''],
  ['reason', (_, { reason }) => reason ?? ''],
];

/**
 * `slo.csv`: one line a rate that was tried, with all of its windows, in the order in which they ran. `valid`: it is carried
 * within the bound; `undecided`: it is not, and not shown not to be. `over_bound` counts the requests that took longer than the
 * bound, failed or had no answer; their share stands with its 98 % interval, each end at 99 %, as the test takes it. A p99 is
 * empty where too few were answered to claim it. `failed_gates` are those of the windows that tried the rate, by which a
 * rate that is not carried is no finding about its path. `confirmation_…` is the same of the windows that measured the rate again;
 * `confirmed` says whether it was carried there too; empty where the search did not come to that.
 */
export const renderSloCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    (summary.sloSearches ?? []).flatMap((search) =>
      search.trials.map((trial) => COLUMNS.map(([, text]) => text(search, trial))),
    ),
    runFields(summary),
  );
