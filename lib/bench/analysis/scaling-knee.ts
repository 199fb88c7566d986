import type { CompletedCell } from '../results/record.ts';
import {
  kneeBounds,
  kneeOf,
  worthwhileLog,
  type KneeBounds,
  type LoadStep,
} from './statistics/knee.ts';
import type { LoadPoint } from './statistics/usl.ts';
import { pairedLogRatio } from './verdicts/log-ratio.ts';
import { pairedCells, rateOf } from './verdicts/side.ts';

/** A level with the repeats that its rate is of. */
export interface MeasuredLevel extends LoadPoint {
  readonly repeats: readonly CompletedCell[];
}

/** Where more virtual users bring hardly more, as far as levels and repeats tell. */
export interface Knee {
  /** The level at the knee. Absent where it is no level between the lowest and the highest; the note says why. */
  readonly kneeUsers?: number;
  /** What the knee lies between at 95 %; see `statistics/knee.ts`. An end that is not known is absent. */
  readonly kneeAboveUsers?: number;
  readonly kneeBelowUsers?: number;
  /** What is missing for a knee, or for both of its ends, as a sentence. */
  readonly kneeNote?: string;
}

/** A step that is worth it and one that is not. */
const LEAST_LEVELS = 3;
/** One repeat says nothing of the noise. */
const LEAST_REPEATS = 2;

/** What is not known better than by the rates over all repeats. */
const NOISE_UNKNOWN = { standardError: Infinity, degreesOfFreedom: 1 } as const;

const stepOf = (from: MeasuredLevel, to: MeasuredLevel): LoadStep => {
  const pairs = pairedCells(to.repeats, from.repeats)
    .map(([one, other]) => [rateOf(one), rateOf(other)] as const)
    .filter((pair) => pair.every(({ answers }) => answers > 0));
  const ratio =
    pairs.length < LEAST_REPEATS
      ? { mean: Math.log(to.ratePerSecond / from.ratePerSecond), ...NOISE_UNKNOWN }
      : pairedLogRatio(pairs);
  const [fromUsers, toUsers] = [from.virtualUsers, to.virtualUsers];
  const mean = ratio.mean - worthwhileLog(fromUsers, toUsers);
  return { fromUsers, toUsers, excess: { ...ratio, mean } };
};

const noteOf = (
  knee: number | undefined,
  steps: readonly LoadStep[],
  { aboveUsers, belowUsers }: KneeBounds,
): string | undefined => {
  if (knee === undefined) return 'The rate still grew at the highest level: add higher ones.';
  if (knee === steps[0]?.fromUsers) {
    return 'The rate hardly grew from the lowest level on: add lower ones.';
  }
  if (aboveUsers !== undefined && belowUsers !== undefined) return undefined;
  return steps.some(({ excess }) => excess.standardError === Infinity)
    ? 'How sure the knee is takes two repeats of each level.'
    : 'The repeats differ too much to be sure of the knee: take more of them.';
};

/**
 * The knee of one path and scenario.
 *
 * @param levels ascending, with rates above 0
 */
export const scalingKnee = (levels: readonly MeasuredLevel[]): Knee => {
  if (levels.length < LEAST_LEVELS) {
    return {
      kneeNote: `A knee needs ${LEAST_LEVELS} levels with answers; there are ${levels.length}.`,
    };
  }
  const steps = levels.slice(1).flatMap((to, index) => {
    const from = levels[index];
    return from === undefined ? [] : [stepOf(from, to)];
  });
  const knee = kneeOf(steps);
  const bounds = kneeBounds(steps);
  const note = noteOf(knee, steps, bounds);
  return {
    ...(knee === undefined || knee === steps[0]?.fromUsers ? {} : { kneeUsers: knee }),
    ...(bounds.aboveUsers === undefined ? {} : { kneeAboveUsers: bounds.aboveUsers }),
    ...(bounds.belowUsers === undefined ? {} : { kneeBelowUsers: bounds.belowUsers }),
    ...(note === undefined ? {} : { kneeNote: note }),
  };
};
