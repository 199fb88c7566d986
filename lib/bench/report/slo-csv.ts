import type { SloTrial } from '../plan/slo/judge-trial.ts';
import type { SloSearchResult } from '../analysis/slo-searches.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import { csvHead, csvText } from './csv-text.ts';
import { formatFigure } from './format-number.ts';

type Column = readonly [name: string, text: (search: SloSearchResult, trial: SloTrial) => string];

const optional = (value: number | undefined): string =>
  value === undefined ? '' : formatFigure(value);

const COLUMNS: readonly Column[] = [
  ['path', ({ path }) => pathId(path)],
  ['engine', ({ engine }) => engine],
  ['p99_bound_ms', ({ p99Ms }) => formatFigure(p99Ms)],
  ['offered_rate_per_second', (_, { ratePerSecond }) => formatFigure(ratePerSecond)],
  ['valid', (_, { valid }) => String(valid)],
  ['achieved_rate_per_second', (_, trial) => optional(trial.achievedRatePerSecond)],
  ['window_seconds', (_, trial) => optional(trial.windowSeconds)],
  ['requests', (_, trial) => String(trial.requests ?? '')],
  ['over_bound', (_, trial) => String(trial.overBound ?? '')],
  ['p50_ms', (_, trial) => optional(trial.p50Ms)],
  ['p99_ms', (_, trial) => optional(trial.p99Ms)],
  ['limited_by', (_, { limitedBy }) => limitedBy ?? ''],
  ['reason', (_, { reason }) => reason ?? ''],
];

/** `slo.csv`: one line a trial, in the order in which they ran. */
export const renderSloCsv = (summary: Summary): string =>
  csvText(
    csvHead(summary),
    COLUMNS.map(([name]) => name),
    (summary.sloSearches ?? []).flatMap((search) =>
      search.trials.map((trial) => COLUMNS.map(([, text]) => text(search, trial))),
    ),
  );
