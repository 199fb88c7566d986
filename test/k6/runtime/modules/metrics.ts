/** What `handleSummary` gets of a metric. */
export interface MetricData {
  readonly type: string;
  readonly contains: string;
  readonly values: Readonly<Record<string, number>>;
}

interface Metric {
  readonly data: () => MetricData;
  readonly used: () => boolean;
}

const registry = new Map<string, Metric>();

/** Each name is one metric, however many virtual users make it. */
const shared = <Made extends Metric>(name: string, make: () => Made): Made => {
  const known = registry.get(name) as Made | undefined;
  if (known !== undefined) return known;
  const made = make();
  registry.set(name, made);
  return made;
};

const counter = (): Metric & { add: (value: number) => void } => {
  let [count, adds] = [0, 0];
  return {
    add: (value) => {
      count += value;
      adds += 1;
    },
    data: () => ({ type: 'counter', contains: 'default', values: { count } }),
    used: () => adds > 0,
  };
};

const rate = (): Metric & { add: (value: boolean) => void } => {
  let [passes, fails] = [0, 0];
  return {
    add: (value) => {
      if (value) passes += 1;
      else fails += 1;
    },
    data: () => ({
      type: 'rate',
      contains: 'default',
      values: { passes, fails, rate: passes / Math.max(1, passes + fails) },
    }),
    used: () => passes + fails > 0,
  };
};

const trend = (): Metric & { add: (value: number) => void } => {
  const all: number[] = [];
  return {
    add: (value) => void all.push(value),
    data: () => {
      const sorted = all.toSorted((a, b) => a - b);
      // As k6: linear between the two nearest.
      const at = (share: number): number => {
        const place = share * (sorted.length - 1);
        const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
        return low + (high - low) * (place - Math.floor(place));
      };
      return {
        type: 'trend',
        contains: 'time',
        values: {
          avg: all.reduce((sum, value) => sum + value, 0) / Math.max(1, all.length),
          min: at(0),
          med: at(0.5),
          'p(90)': at(0.9),
          'p(95)': at(0.95),
          'p(99)': at(0.99),
          max: at(1),
          count: all.length,
        },
      };
    },
    used: () => all.length > 0,
  };
};

// Constructors in k6, which give back what they like.
export const Counter = function (name: string): unknown {
  return shared(name, counter);
};
export const Rate = function (name: string): unknown {
  return shared(name, rate);
};
export const Trend = function (name: string): unknown {
  return shared(name, trend);
};

export const checks = shared('checks', rate);

/** All metrics that hold something. */
export const metricsData = (): Record<string, MetricData> =>
  Object.fromEntries(
    [...registry].flatMap(([name, metric]) => (metric.used() ? [[name, metric.data()]] : [])),
  );
