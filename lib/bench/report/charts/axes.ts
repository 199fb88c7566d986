import { scaleLinear, scaleLog } from 'd3-scale';

export interface Axis {
  readonly title: string;
  readonly kind: 'linear' | 'log';
  readonly domain: readonly [from: number, to: number];
  readonly ticks: readonly number[];
}

/** The approximate number of ticks of a linear axis. */
const TICKS = 5;

/** A logarithmic axis that would have more ticks has only powers of ten. */
const MAX_TICKS = 10;

/** Maps values of an axis to pixels; values outside its domain go to its end. */
export const scaleOf = (
  { kind, domain }: Pick<Axis, 'kind' | 'domain'>,
  range: readonly [from: number, to: number],
): ((value: number) => number) =>
  (kind === 'log' ? scaleLog : scaleLinear)(domain, range).clamp(true);

/** An axis from zero to the values, with room for intervals that reach up to half beyond the greatest value. */
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

/** Intervals that reach beyond the values by more than this factor are cut. */
const MAX_BEYOND = 2;

/** Room for a marker at each end of a logarithmic axis. */
const MARGIN = 1.1;

/** A logarithmic axis over the positive values and the near parts of the intervals around them. */
const logAxis = (
  title: string,
  values: readonly number[],
  around: readonly number[] = [],
): Axis => {
  const positive = values.filter((value) => value > 0);
  const [bottom, top] = [Math.min(...positive), Math.max(...positive)];
  const least = Math.max(bottom / MAX_BEYOND, Math.min(bottom, ...around)) / MARGIN;
  const greatest = Math.min(top * MAX_BEYOND, Math.max(top, ...around)) * MARGIN;
  // Only 1, 2 and 5 times a power of ten.
  const ticks = scaleLog([least, greatest], [0, 1])
    .ticks()
    .filter((tick) => /^[125]e/.test(tick.toExponential()));
  const decades = ticks.filter((tick) => Number.isInteger(Math.log10(tick)));
  return {
    title: `${title} (log)`,
    kind: 'log',
    domain: [least, greatest],
    ticks: ticks.length > MAX_TICKS ? decades : ticks,
  };
};

/** A logarithmic axis if the values and the intervals around them span more than a decade, else one from zero. */
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

/** An axis with ticks only at the levels, logarithmic if a linear one would crowd the small levels. */
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
