import type { SecondBin } from '../model/load-result.ts';
import { offeredLoad, pathId, type Level, type Path, type Scenario } from '../model/cell.ts';
import type { CompletedCell } from '../model/record.ts';
import { unsteadyStartSeconds } from '../stats/steady-state.ts';

/** One measuring window second by second. */
export interface TimeSeries {
  readonly path: Path;
  readonly scenario: Scenario;
  readonly level: Level;
  readonly repeat: number;
  /** Warm-up before the first second; its answers are in no figure. */
  readonly warmupSeconds: number;
  /** Seconds of the window until it was as at its end, see `stats/steady-state.ts`. Absent where it was so from the first one. */
  readonly unsteadyStartSeconds?: number;
  /** Whole seconds: one that the end of the window cuts would look like a fall of the rate. */
  readonly seconds: readonly Pick<SecondBin, 'second' | 'succeeded' | 'failed' | 'p50Ms'>[];
}

/** Longer windows are shown by their beginning, where caches fill and leaks begin. */
const MOST_SECONDS = 900;

const isHeavier = ({ cell: one }: CompletedCell, { cell: other }: CompletedCell): boolean => {
  const difference = offeredLoad(one.level) - offeredLoad(other.level);
  return difference === 0 ? one.repeat < other.repeat : difference > 0;
};

const seriesOf = ({ cell, load: { bins, durationSeconds } }: CompletedCell): TimeSeries => {
  const start = unsteadyStartSeconds(bins, durationSeconds);
  return {
    path: cell.path,
    scenario: cell.scenario,
    level: cell.level,
    repeat: cell.repeat,
    warmupSeconds: cell.warmupSeconds,
    ...(start === 0 ? {} : { unsteadyStartSeconds: start }),
    seconds: bins
      .filter(({ second }) => second + 1 <= durationSeconds)
      .slice(0, MOST_SECONDS)
      .map(({ second, succeeded, failed, p50Ms }) => ({
        second,
        succeeded,
        failed,
        ...(p50Ms === undefined ? {} : { p50Ms }),
      })),
  };
};

/**
 * One window of each path, scenario and kind of load: the first repeat at the greatest load, where a drift inside a window
 * shows best. Cells against the null engine and those without bins have none.
 */
export const timeSeriesOf = (cells: Iterable<CompletedCell>): readonly TimeSeries[] => {
  const chosen = new Map<string, CompletedCell>();
  for (const one of cells) {
    const { path, engine, scenario, level } = one.cell;
    if (engine === 'null' || one.load.bins.length === 0) continue;
    const arrivals = level.loop === 'closed' ? 'closed' : level.arrivals;
    const key = `${pathId(path)}/${scenario}/${arrivals}`;
    const other = chosen.get(key);
    if (other === undefined || isHeavier(one, other)) chosen.set(key, one);
  }
  return [...chosen.values()].map(seriesOf);
};
