import type { LoadEvent } from '../model/load-result.ts';
import { pathId, type Cell } from '../model/cell.ts';
import { formatFigure, formatPercent } from '../wording/format-number.ts';
import { levelLabel } from '../wording/labels.ts';
import type { CellRecord, CompletedCell } from '../model/record.ts';
import type { CellPlace } from '../run/run-event.ts';

/** `45 s`, `2 min 05 s`, `3 h 20 min`. */
export const durationText = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  }
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

const ceilingText = ({ engine }: Cell): string => (engine === 'null' ? ', null engine' : '');

/** What is measured in a cell. */
export const cellText = (cell: Cell, labels: ReadonlyMap<string, string>): string =>
  `${labels.get(pathId(cell.path)) ?? pathId(cell.path)}, ${cell.scenario}, ${levelLabel(cell.level)}${ceilingText(cell)}`;

const placeText = ({
  number,
  total,
  isBound,
}: Pick<CellPlace, 'number' | 'total' | 'isBound'>): string =>
  `[${String(number).padStart(String(total).length)}/${isBound === true ? 'at most ' : ''}${total}]`;

/** What goes on for a cell beside its load. */
export const stepTexts = {
  'serving-start': 'starting the serving',
  'answer-check': 'checking the answers',
  'direct-check': 'direct check, without the middleware',
} as const;

/** What a load tells of itself; the median is null or absent where there is none. */
interface ToldLoad {
  readonly phase: 'warmup' | 'window' | 'drain';
  readonly requestRatePerSecond: number;
  readonly p50Ms?: number | null;
  readonly failed: number;
}

/** `85.2 req/s · p50 110 ms` */
export const loadText = ({ phase, requestRatePerSecond, p50Ms, failed }: ToldLoad): string =>
  `${phase === 'warmup' ? 'warm-up, ' : ''}${formatFigure(requestRatePerSecond)} req/s · p50 ${formatFigure(p50Ms ?? undefined)} ms${failed > 0 ? ` · ${failed} failed` : ''}`;

/** The line that says what goes on, most important first, since a narrow terminal cuts its end off. */
export const liveText = (
  place: CellPlace,
  labels: ReadonlyMap<string, string>,
  doing: Extract<LoadEvent, { event: 'progress' }> | string,
): string => {
  const left = `${durationText(place.secondsLeft)} left`;
  const now = typeof doing === 'string' ? doing : loadText(doing);
  return `${placeText(place)} ${left} · ${cellText(place.cell, labels)} · ${now}`;
};

const directText = ({ direct }: CompletedCell): string => {
  if (direct === undefined) return '';
  return direct.state === 'failed'
    ? `, no direct check: ${direct.reason}`
    : `, ${formatPercent(direct.rateShare)} % of the direct rate`;
};

const outcomeText = (record: CellRecord): string => {
  if (record.state === 'failed') return `failed: ${record.message} (${record.code})`;
  const { load } = record;
  const failed = load.failed === 0 ? '' : `, ${load.failed} requests failed`;
  const late = load.self.keptUp
    ? ''
    : `, the load engine did not keep up: ${load.self.reason ?? ''}`;
  const latency =
    load.succeeded === 0
      ? 'no right answer'
      : `p50 ${formatFigure(load.latency.p50Ms)} ms, p95 ${formatFigure(load.latency.p95Ms)} ms`;
  return `${formatFigure(load.requestRatePerSecond)} req/s, ${latency}${directText(record)}${failed}${late}`;
};

/** The line of a finished cell. */
export const finishedText = (
  place: CellPlace,
  record: CellRecord,
  labels: ReadonlyMap<string, string>,
): string =>
  `${placeText(place)} repeat ${place.cell.repeat}, ${cellText(place.cell, labels)}: ${outcomeText(record)}; ${durationText(place.secondsLeft)} left`;
