import type { SecondBin } from '../model/load-result.ts';
import {
  offeredLoad,
  targetId,
  type Level,
  type Target,
  type Scenario,
} from '../model/measurement.ts';
import type { CompletedMeasurement } from '../model/record.ts';

/** One measuring window second by second. */
export interface TimeSeries {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly level: Level;
  readonly repeat: number;
  /** Whole seconds: one that is cut by the end of the window would look like a drop. */
  readonly seconds: readonly SecondBin[];
}

/** Of longer windows only the beginning is shown, where caches fill and leaks begin. */
const MOST_SECONDS = 900;

const isHeavier = (
  { measurement: one }: CompletedMeasurement,
  { measurement: other }: CompletedMeasurement,
): boolean => {
  const difference = offeredLoad(one.level) - offeredLoad(other.level);
  return difference === 0 ? one.repeat < other.repeat : difference > 0;
};

const seriesOf = ({
  measurement,
  load: { bins, durationSeconds },
}: CompletedMeasurement): TimeSeries => ({
  target: measurement.target,
  scenario: measurement.scenario,
  level: measurement.level,
  repeat: measurement.repeat,
  seconds: bins.filter(({ second }) => second + 1 <= durationSeconds).slice(0, MOST_SECONDS),
});

/**
 * One window of each target, scenario and kind of load: the first repeat at the heaviest load, which shows a drift best. Not of
 * the no-op backend, nor without bins.
 */
export const heaviestWindows = () => {
  const chosen = new Map<string, CompletedMeasurement>();
  return {
    chosen,
    /** Takes the next one, and returns that which is not chosen, or not any longer. */
    take: (one: CompletedMeasurement): CompletedMeasurement | undefined => {
      const { target, engine, scenario, level } = one.measurement;
      if (engine === 'noop' || one.load.bins.length === 0) return one;
      const arrivals = level.loop === 'closed' ? 'closed' : level.arrivals;
      const key = `${targetId(target)}/${scenario}/${arrivals}`;
      const other = chosen.get(key);
      if (other !== undefined && !isHeavier(one, other)) return one;
      chosen.set(key, one);
      return other;
    },
  };
};

/** The {@link heaviestWindows}, second by second. */
export const timeSeriesOf = (
  measurements: Iterable<CompletedMeasurement>,
): readonly TimeSeries[] => {
  const { chosen, take } = heaviestWindows();
  for (const one of measurements) take(one);
  return [...chosen.values()].map(seriesOf);
};
