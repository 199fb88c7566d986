import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';

export interface Axis {
  readonly title: string;
  /** Clamps values outside its domain; gets its range in pixels when it is drawn. */
  readonly scale: ScaleContinuousNumeric<number, number>;
  readonly ticks: readonly number[];
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

/** A logarithmic axis over the positive values and the near parts of the intervals around them. */
const logAxis = (title: string, values: readonly number[], ends: readonly number[]): Axis => {
  const positive = values.filter((value) => value > 0);
  const [bottom, top] = [Math.min(...positive), Math.max(...positive)];
  const least = Math.max(bottom / MAX_BEYOND, Math.min(bottom, ...ends)) / MARGIN;
  const greatest = Math.min(top * MAX_BEYOND, Math.max(top, ...ends)) * MARGIN;
  const scale = scaleLog([least, greatest], [0, 1]).clamp(true);
  // Only 1, 2 and 5 times a power of ten.
  const ticks = scale.ticks().filter((tick) => /^[125]e/.test(tick.toExponential()));
  return { title: `${title} (log)`, scale, ticks };
};

/** A logarithmic axis if the values and the intervals around them span more than a decade, else one from zero. */
export const latencyAxis = (
  title: string,
  values: readonly number[],
  ends: readonly number[] = [],
): Axis => {
  const positive = [...values, ...ends].filter((value) => value > 0);
  const isLog = Math.max(...positive) / Math.min(...positive) > 10;
  return (isLog ? logAxis : zeroBasedAxis)(title, values, ends);
};

/** An axis with ticks only at the levels, logarithmic if a linear one would crowd the small levels. */
export const levelAxis = (title: string, levels: readonly number[]): Axis => {
  const ticks = [...new Set(levels)].toSorted((a, b) => a - b);
  const [least = 0, greatest = 1] = [ticks[0], ticks.at(-1)];
  return least > 0 && greatest / least > 12
    ? { title: `${title} (log)`, scale: scaleLog([least, greatest], [0, 1]), ticks }
    : { title, scale: scaleLinear([least, greatest], [0, 1]), ticks };
};
