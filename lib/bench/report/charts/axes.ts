import { scaleLinear, scaleLog } from 'd3-scale';

/** How values lie along an axis. */
export interface Axis {
  readonly title: string;
  readonly kind: 'linear' | 'log';
  readonly domain: readonly [from: number, to: number];
  readonly ticks: readonly number[];
}

/** About so many ticks on a linear axis. */
const TICKS = 5;

/** Ticks of a logarithmic axis thin out to powers of ten where there would be more. */
const MOST_STEPS = 10;

/** The place of a value of an axis in pixels; values outside lie at its end. */
export const scaleOf = (
  { kind, domain }: Pick<Axis, 'kind' | 'domain'>,
  range: readonly [from: number, to: number],
): ((value: number) => number) =>
  (kind === 'log' ? scaleLog : scaleLinear)(domain, range).clamp(true);

/** From zero to the values, with room for intervals around them that are not much wider than the values themselves. */
export const zeroBasedAxis = (
  title: string,
  values: readonly number[],
  around: readonly number[] = [],
): Axis => {
  const greatest = Math.max(0, ...values);
  const end = Math.min(Math.max(greatest, ...around), greatest * 1.5) || 1;
  const scale = scaleLinear([0, end], [0, 1]).nice(TICKS);
  const [from = 0, to = end] = scale.domain();
  return { title, kind: 'linear', domain: [from, to], ticks: scale.ticks(TICKS) };
};

/** Intervals that reach further beyond the values than this are cut. */
const MOST_BEYOND = 2;

/** Room for a marker at either end of a logarithmic axis. */
const MARGIN = 1.1;

/** Logarithmic over the positive values and what of the intervals around them is near; its title says so. */
const logAxis = (
  title: string,
  values: readonly number[],
  around: readonly number[] = [],
): Axis => {
  const positive = values.filter((value) => value > 0);
  const [bottom, top] = [Math.min(...positive), Math.max(...positive)];
  const least = Math.max(bottom / MOST_BEYOND, Math.min(bottom, ...around)) / MARGIN;
  const greatest = Math.min(top * MOST_BEYOND, Math.max(top, ...around)) * MARGIN;
  // A figure of one digit: 1, 2 or 5 times a power of ten.
  const ticks = scaleLog([least, greatest], [0, 1])
    .ticks()
    .filter((tick) => /^[125]e/.test(tick.toExponential()));
  const decades = ticks.filter((tick) => Number.isInteger(Math.log10(tick)));
  return {
    title: `${title} (log)`,
    kind: 'log',
    domain: [least, greatest],
    ticks: ticks.length > MOST_STEPS ? decades : ticks,
  };
};

/** Logarithmic where the values and the intervals around them span more than a decade, else from zero. */
export const latencyAxis = (
  title: string,
  values: readonly number[],
  around: readonly number[] = [],
): Axis => {
  const positive = [...values, ...around].filter((value) => value > 0);
  return Math.max(...positive) / Math.min(...positive) > 10
    ? logAxis(title, values, around)
    : zeroBasedAxis(title, values, around);
};

/** Ticks at the levels and nowhere else; logarithmic where linear steps would crowd the small levels. */
export const levelAxis = (title: string, levels: readonly number[]): Axis => {
  const ticks = [...new Set(levels)].toSorted((a, b) => a - b);
  const [least, greatest] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  if (least > 0 && greatest / least > 12) {
    const margin = (greatest / least) ** 0.04;
    return {
      title: `${title} (log)`,
      kind: 'log',
      domain: [least / margin, greatest * margin],
      ticks,
    };
  }
  const margin = (greatest - least) * 0.04 || 1;
  return { title, kind: 'linear', domain: [least - margin, greatest + margin], ticks };
};
