import type { SloTrial } from '../analysis/slo/judge-trial.ts';
import type { SloSearchResult } from '../analysis/slo/slo-searches.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../plan/cell.ts';
import { csvText, runFields } from './csv-text.ts';
import { formatFigure } from '../wording/format-number.ts';

type Column = readonly [name: string, text: (search: SloSearchResult, trial: SloTrial) => string];

const optional = (value: number | undefined): string =>
  value === undefined ? '' : formatFigure(value);

const COLUMNS: readonly Column[] = [
  ['path', ({ path }) => pathId(path)],
  ['engine', ({ engine }) => engine],
  ['p99_bound_ms', ({ p99Ms }) => formatFigure(p99Ms)],
  ['offered_rate_per_second', (_, { ratePerSecond }) => formatFigure(ratePerSecond)],
  ['valid', (_, { valid }) => String(valid)],
  ['undecided', (_, { undecided = false }) => String(undecided)],
  ['achieved_rate_per_second', (_, trial) => optional(trial.achievedRatePerSecond)],
  ['windows', (_, { windows }) => String(windows ?? '')],
  ['window_seconds', (_, trial) => optional(trial.windowSeconds)],
  ['requests', (_, trial) => String(trial.requests ?? '')],
  ['over_bound', (_, trial) => String(trial.overBound ?? '')],
  ['p50_ms', (_, trial) => optional(trial.p50Ms)],
  ['p99_ms', (_, trial) => optional(trial.p99Ms)],
  ['confirmed', (_, { confirmation }) => String(confirmation?.valid ?? '')],
  ['confirmation_windows', (_, { confirmation }) => String(confirmation?.windows ?? '')],
  ['confirmation_requests', (_, { confirmation }) => String(confirmation?.requests ?? '')],
  ['confirmation_over_bound', (_, { confirmation }) => String(confirmation?.overBound ?? '')],
  ['confirmation_p99_ms', (_, { confirmation }) => optional(confirmation?.p99Ms)],
  ['limited_by', (_, { limitedBy }) => limitedBy ?? ''],
  ['reason', (_, { reason }) => reason ?? ''],
];

/** `slo.csv`: one line a rate that was tried, with all of its windows, in the order in which they ran. */
export const renderSloCsv = (summary: Summary): string =>
  csvText(
    COLUMNS.map(([name]) => name),
    (summary.sloSearches ?? []).flatMap((search) =>
      search.trials.map((trial) => COLUMNS.map(([, text]) => text(search, trial))),
    ),
    runFields(summary),
  );
