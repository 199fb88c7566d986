import { levelId, type Level, type Measurement } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { Pilot } from '../model/record.ts';
import { groupOf } from './estimate-duration.ts';

/** A window has room for this many answers to each virtual user of the slowest target. */
const ANSWERS_PER_USER = 2;

/** Longer windows average nothing: the noise of a machine is about as slow. Few answers are better than few windows. */
const LONGEST_SECONDS = 5;

/** One server at a time, each window pays for the start of its server, and short ones gain nothing. */
const ALONE_SECONDS = 1.8;

/** Planned requests in a window of an open loop, so that its median is one of many. */
const OPEN_LOOP_REQUESTS = 20;
const LONGEST_OPEN_SECONDS = 20;

/** The length of the windows at a level. */
const secondsAt = (level: Level, shortest: number, slowestMs: number | undefined): number => {
  if (level.loop === 'open') {
    return Math.max(
      shortest,
      Math.min(LONGEST_OPEN_SECONDS, OPEN_LOOP_REQUESTS / level.ratePerSecond),
    );
  }
  const needed = ((slowestMs ?? 0) * ANSWERS_PER_USER) / 1000;
  return Math.max(shortest, Math.min(LONGEST_SECONDS, Number(needed.toFixed(1))));
};

/**
 * Chooses the windows of a run.
 *
 * @param because why its servers run one at a time; undefined if they run side by side
 * @param slowestMs how long the slowest target takes for an answer, by level
 */
export const pilotOf = (
  { options }: Pick<Plan, 'options'>,
  because: Pilot['because'],
  slowestMs: ReadonlyMap<string, number>,
): Pilot => {
  const order = because === undefined ? 'side-by-side' : 'one-at-a-time';
  const shortest =
    order === 'side-by-side'
      ? options.durationSeconds
      : Math.max(options.durationSeconds, ALONE_SECONDS);
  return {
    kind: 'pilot',
    order,
    because,
    windows: options.levels.map((level) => {
      const slowest = slowestMs.get(levelId(level));
      const seconds =
        options.windows === 'given' ? options.durationSeconds : secondsAt(level, shortest, slowest);
      return { level, slowestMs: slowest, seconds };
    }),
  };
};

/** The measurements of a plan as its pilot has them: with the windows that it chose, and one server after the other if need be. */
export const asPiloted = (
  { order, windows }: Pick<Pilot, 'order' | 'windows'>,
  { options }: Pick<Plan, 'options'>,
  measurements: readonly Measurement[],
): readonly Measurement[] => {
  const secondsOf = new Map(windows.map(({ level, seconds }) => [levelId(level), seconds]));
  const timed = measurements.map((measurement): Measurement => {
    const seconds =
      measurement.engine === options.engine ? secondsOf.get(levelId(measurement.level)) : undefined;
    return seconds === undefined ? measurement : { ...measurement, durationSeconds: seconds };
  });
  if (order === 'side-by-side') return timed;
  // A group belongs to one repeat.
  const groups = [...new Set(timed.map(groupOf))];
  const places = new Map(groups.map((group, place) => [group, place]));
  const placeOf = (measurement: Measurement): number => places.get(groupOf(measurement)) ?? 0;
  return timed.toSorted((a, b) => placeOf(a) - placeOf(b));
};
