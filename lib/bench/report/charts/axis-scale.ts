/**
 * How the values of an axis lie on it. Charts place the values themselves and set the ticks, so that a logarithmic axis
 * can begin and end at 1, 2 or 5 and an axis of levels has its ticks at the levels.
 */
export interface AxisScale {
  readonly kind: 'linear' | 'log';
  readonly toAxis: (value: number) => number;
  /** Least and greatest position. Undefined where the chart library shall choose. */
  readonly min?: number;
  readonly max?: number;
  /** Positions and texts of the ticks. Undefined where the chart library shall choose. */
  readonly ticks?: readonly { readonly at: number; readonly text: string }[];
  /** Ticks at whole numbers only. */
  readonly isWhole?: boolean;
}

const DECADE_STEPS = [1, 2, 5] as const;

/** 1, 2 and 5 times the powers of ten that enclose the range, the ends included. */
const stepsAround = (least: number, greatest: number): number[] => {
  const steps: number[] = [];
  for (
    let power = Math.floor(Math.log10(least));
    power <= Math.ceil(Math.log10(greatest));
    power++
  ) {
    for (const step of DECADE_STEPS) steps.push(Number(`${step}e${power}`));
  }
  const first = steps.findLastIndex((step) => step <= least);
  const last = steps.findIndex((step) => step >= greatest);
  return steps.slice(Math.max(0, first), last === -1 ? steps.length : last + 1);
};

/** Ticks thin out to powers of ten where there would be too many to read. */
const MAX_STEPS = 10;

const logScale = (least: number, greatest: number): AxisScale => {
  const steps = stepsAround(least, greatest);
  const [first = 1] = steps;
  const last = steps.at(-1) ?? 10;
  const shown =
    steps.length > MAX_STEPS ? steps.filter((step) => Number.isInteger(Math.log10(step))) : steps;
  return {
    kind: 'log',
    toAxis: Math.log10,
    min: Math.log10(first),
    max: Math.log10(last),
    ticks: shown.map((step) => ({ at: Math.log10(step), text: String(step) })),
  };
};

/** From zero, ticks chosen by the chart library. */
export const zeroBasedScale = (atLeast = 0): AxisScale => ({
  kind: 'linear',
  toAxis: (value) => value,
  min: 0,
  ...(atLeast === 0 ? {} : { max: atLeast }),
});

/** From zero to the values, with room for intervals around them that are not much wider than the values themselves. */
export const zeroBasedScaleFor = (
  values: readonly number[],
  around: readonly number[],
): AxisScale => {
  const greatest = Math.max(0, ...values);
  const reach = Math.min(Math.max(greatest, ...around), greatest * 1.5);
  if (reach === 0) return zeroBasedScale();
  const decade = 10 ** Math.floor(Math.log10(reach / 5));
  const step = decade * (DECADE_STEPS.find((one) => one * decade * 5 >= reach) ?? 10);
  return zeroBasedScale(Math.ceil(reach / step) * step);
};

/** An axis that begins at 0 would leave more than this share of its length empty. */
const MOST_EMPTY = 0.5;

/** Of the length of the axis, for the words beside the last point. */
const ROOM_FOR_WORDS = 0.08;

/**
 * From zero, or from a round value below the least where the values would else be crowded at the far end; with room behind
 * the greatest for words beside it.
 */
export const nearScale = (values: readonly number[]): AxisScale => {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const span = greatest - least;
  if (values.length === 0 || span <= 0 || least < greatest * MOST_EMPTY) {
    return zeroBasedScaleFor([Math.max(0, ...values) * (1 + ROOM_FOR_WORDS)], []);
  }
  const decade = 10 ** Math.floor(Math.log10(span));
  const step = decade * (DECADE_STEPS.find((one) => one * decade * 4 >= span) ?? 1);
  return {
    kind: 'linear',
    toAxis: (value) => value,
    // Nothing lies on the other axis.
    min: Number((Math.floor((least - span / 20) / step) * step).toPrecision(12)),
    max: Number((Math.ceil((greatest + span * ROOM_FOR_WORDS) / step) * step).toPrecision(12)),
  };
};

/** Between two values in whole steps, which the chart library chooses. */
export const spanScale = (min: number, max: number): AxisScale => ({
  kind: 'linear',
  toAxis: (value) => value,
  min,
  max,
  isWhole: true,
});

/** Logarithmic where the values span more than a decade, else from zero. Only positive values count. */
export const latencyScale = (values: readonly number[]): AxisScale => {
  const positive = values.filter((value) => value > 0);
  const [least, greatest] = [Math.min(...positive), Math.max(...positive)];
  return positive.length > 0 && greatest / least > 10
    ? logScale(least, greatest)
    : zeroBasedScale();
};

/** Logarithmic over the positive values. */
export const decadeScale = (values: readonly number[]): AxisScale => {
  const positive = values.filter((value) => value > 0);
  return positive.length === 0
    ? zeroBasedScale()
    : logScale(Math.min(...positive), Math.max(...positive));
};

/** Ticks at the levels and nowhere else; logarithmic where linear steps would crowd the small levels. */
export const levelScale = (levels: readonly number[]): AxisScale => {
  const sorted = [...new Set(levels)].toSorted((a, b) => a - b);
  const [least = 0] = sorted;
  const greatest = sorted.at(-1) ?? 1;
  const isLog = least > 0 && greatest / least > 12;
  const toAxis = isLog ? Math.log2 : (value: number): number => value;
  const span = toAxis(greatest) - toAxis(least);
  const margin = span === 0 ? 1 : span * 0.04;
  return {
    kind: isLog ? 'log' : 'linear',
    toAxis,
    min: toAxis(least) - margin,
    max: toAxis(greatest) + margin,
    ticks: sorted.map((level) => ({ at: toAxis(level), text: String(level) })),
  };
};
