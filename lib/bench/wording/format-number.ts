import type { Interval } from '../stats/interval.ts';

/** `1 row`, `4 rows`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count} ${count === 1 ? singular : plural}`;

/** Joins the parts that exist and are not empty: `1 file, 2 options`. */
export const joined = (
  separator: string,
  ...parts: readonly (string | false | undefined)[]
): string => parts.filter(Boolean).join(separator);

/** Stands for a missing figure. */
export const NO_FIGURE = '–';

/** Number of decimals for three significant digits; none from 100 on. */
const decimalsFor = (magnitude: number): number => {
  if (magnitude >= 99.95) return 0;
  if (magnitude >= 9.995) return 1;
  if (magnitude >= 0.9995) return 2;
  return 3;
};

/**
 * Formats a measured figure for every output: three significant digits, a decimal point, no separators. {@link NO_FIGURE} if it is
 * undefined or not finite.
 */
export const formatFigure = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return NO_FIGURE;
  if (value === 0) return '0';
  const text = value.toFixed(decimalsFor(Math.abs(value)));
  // Only zero may read as zero.
  return Number(text) === 0 ? (value < 0 ? '>-0.001' : '<0.001') : text;
};

/** A lower bound, rounded down to two digits: `940`. */
export const roundedDown = (value: number): string => {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return value > 0 ? String(Number((Math.floor(value / step) * step).toPrecision(2))) : '0';
};

/** Significant digits of a measured figure. */
export const FIGURE_DIGITS = 3;

/** Formats a figure for programs: like {@link formatFigure}, but empty if there is none, and a number even if it is tiny. */
export const figureAsNumber = (value: number | undefined): string => {
  const text = formatFigure(value);
  if (text === NO_FIGURE) return '';
  return Number.isNaN(Number(text)) ? String(Number(value?.toPrecision(FIGURE_DIGITS))) : text;
};

/** A share between 0 and 1 in percent, without the sign. */
export const formatPercent = (share: number | undefined): string =>
  formatFigure(share === undefined ? undefined : share * 100);

/** A limit as a percentage without trailing zeros, since it is not measured: `5 %`, `11.3 %`. */
export const limitPercent = (share: number): string =>
  `${formatPercent(share).replace(/\.0+$/, '')} %`;

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `15.6 GiB`. */
export const formatBytes = (bytes: number): string => {
  const power = Math.min(
    BYTE_UNITS.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)),
  );
  return power === 0
    ? `${bytes} B`
    : `${formatFigure(bytes / 1024 ** power)} ${BYTE_UNITS[power] ?? 'B'}`;
};

/** A share in percent at a glance: `18`, with one decimal below ten. */
export const roughPercent = (share: number): string => (100 * share).toFixed(share < 0.1 ? 1 : 0);

/** Capitalises the first letter. */
export const sentenceStart = (text: string): string =>
  text.slice(0, 1).toUpperCase() + text.slice(1);

/** `45 s`, `2 min 05 s`, `3 h 20 min`. */
export const durationText = (seconds: number): string => {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  if (total < 3600) {
    return `${Math.floor(total / 60)} min ${String(total % 60).padStart(2, '0')} s`;
  }
  const minutes = Math.round(total / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

/** Shortens an ISO 8601 time in UTC to `2026-11-25 20:34 UTC`; leaves other texts as they are. */
export const dayTimeText = (iso: string): string =>
  iso.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):[\d.]+Z$/, '$1 $2 UTC');

/** `95 %: 64.1–68.9`; empty without an interval. */
export const formatInterval = (interval: Interval | undefined): string =>
  interval === undefined
    ? ''
    : `${limitPercent(interval.confidence)}: ${formatFigure(interval.low)}–${formatFigure(interval.high)}`;

/** Adds the interval of a figure, if there is one: `39.2 requests/s (95 %: 38.6–39.9)`. */
export const withInterval = (figure: string, interval: Interval | undefined): string =>
  interval === undefined ? figure : `${figure} (${formatInterval(interval)})`;
