import type { CompletedMeasurement } from '../model/record.ts';
import { steadyState } from '../stats/steady-state.ts';

/** How many repeats of a row were steady at the end of their measuring windows. */
export interface Steady {
  /** Repeats that were judged: `steadyRepeats` and `unsteadyRepeats` together. */
  readonly repeats: number;
  readonly steadyRepeats: number;
  /** Numbers of the repeats whose rate or latency still changed. They stay in the figures. */
  readonly unsteadyRepeats: readonly number[];
  /** Repeats too short, or with too few answers, to tell. */
  readonly unknownRepeats: number;
}

/** Judges the repeats of a row, each by its own bins. */
export const steadyOf = (completed: readonly CompletedMeasurement[]): Steady => {
  const judged = completed.map(({ measurement, load }) => ({
    repeat: measurement.repeat,
    state: steadyState(load.bins, load.durationSeconds),
  }));
  const of = (state: (typeof judged)[number]['state']) =>
    judged.filter((one) => one.state === state).map(({ repeat }) => repeat);
  const [steady, unsteady, unknown] = [of('steady'), of('unsteady'), of('unknown')];
  return {
    repeats: steady.length + unsteady.length,
    steadyRepeats: steady.length,
    unsteadyRepeats: unsteady,
    unknownRepeats: unknown.length,
  };
};
