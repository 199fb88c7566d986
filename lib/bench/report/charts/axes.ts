import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';

export interface Axis {
  readonly title: string;
  /** Clamps values outside its domain; gets its range in pixels when it is drawn. */
  readonly scale: ScaleContinuousNumeric<number, number>;
  readonly ticks: readonly number[];
  /** The text of a tick; its number by default. */
  readonly labelOf?: (tick: number) => string;
}

/** The approximate number of ticks of a linear axis. */
const TICKS = 5;

/** Axes are not extended further than this factor for intervals: they would make the values unreadable. */
const MAX_BEYOND = 1.5;

/** Room for a marker at each end of a logarithmic axis. */
const MARGIN = 1.1;

/** An axis from zero to the values and the near parts of the intervals around them. */
export const zeroBasedAxis = (
  title: string,
  values: readonly number[],
  ends: readonly number[] = [],
): Axis => {
  const greatest = Math.max(0, ...values);
  const end = Math.min(Math.max(greatest, ...ends), greatest * MAX_BEYOND) || 1;
  const scale = scaleLinear([0, end], [0, 1]).nice(TICKS).clamp(true);
  return { title, scale, ticks: scale.ticks(TICKS) };
};

/** A logarithmic scale over values above 0. */
const logScale = (values: readonly number[]) =>
  scaleLog([Math.min(...values) / MARGIN, Math.max(...values) * MARGIN], [0, 1]).clamp(true);

/** A logarithmic axis over the positive values. */
const logAxis = (title: string, values: readonly number[]): Axis => {
  const scale = logScale(values.filter((value) => value > 0));
  // Only 1, 2 and 5 times a power of ten.
  const ticks = scale.ticks().filter((tick) => /^[125]e/.test(tick.toExponential()));
  return { title: `${title} (log)`, scale, ticks };
};

/** A logarithmic axis if the values span more than a decade, else one from zero. */
export const latencyAxis = (title: string, values: readonly number[]): Axis => {
  const positive = values.filter((value) => value > 0);
  const isLog = Math.max(...positive) / Math.min(...positive) > 10;
  return (isLog ? logAxis : zeroBasedAxis)(title, values);
};

/** A logarithmic axis of loads, with a tick for each. */
export const loadAxis = (title: string, loads: readonly number[]): Axis => ({
  title: `${title} (log)`,
  scale: logScale(loads),
  ticks: [...new Set(loads)].toSorted((a, b) => a - b),
});

/** Without the last digits of a binary fraction: 1 − 0.9 is not 0.1. */
const decimal = (value: number): number => Number(value.toPrecision(12));

/** The share of answers above a percentile. */
export const shareAbove = (percent: number): number => decimal(1 - percent / 100);

/** A logarithmic axis of shares above percentiles, with their percentages. */
export const percentileAxis = (leastAbove: number): Axis => ({
  title: 'percentile (log)',
  scale: scaleLog([1, leastAbove], [0, 1]),
  ticks: [0, 50, 90, 99, 99.9, 99.99, 99.999]
    .map(shareAbove)
    .filter((above) => above >= leastAbove),
  labelOf: (above) => String(decimal(100 - 100 * above)),
});

/** Units of time, each with the seconds from which it is used. */
const TIME_UNITS = [
  { name: 'hours', seconds: 3600, from: 3 * 3600 },
  { name: 'minutes', seconds: 60, from: 180 },
  { name: 'seconds', seconds: 1, from: 0 },
] as const;

/** An axis of seconds since the start of a run, in a readable unit. */
export const timeAxis = (longestSeconds: number): Axis => {
  const unit = TIME_UNITS.find(({ from }) => longestSeconds >= from) ?? TIME_UNITS[2];
  const scale = scaleLinear([0, longestSeconds || 1], [0, 1]);
  const inUnits = scaleLinear([0, (longestSeconds || 1) / unit.seconds], [0, 1]);
  return {
    title: `${unit.name} since the first window`,
    scale,
    ticks: inUnits.ticks(TICKS).map((tick) => tick * unit.seconds),
    labelOf: (seconds) => String(decimal(seconds / unit.seconds)),
  };
};
