import type { CompletedCell } from '../../results/record.ts';
import { groupBy } from '../group-by.ts';
import {
  meanSpeed,
  pairedLogRatio,
  unpairedLogRatio,
  type LogRatio,
  type MeasuredSpeed,
} from '../verdicts/log-ratio.ts';
import { speedOf } from '../verdicts/side.ts';
import { LEAST_REPEATS } from '../verdicts/withheld.ts';
import type { ComparedMachines } from './comparison.ts';

/**
 * From so many machines a side on, machines can be the sample. With two on one side and five on the other, a fifth as
 * different from each other, words were wrong in 7 % of simulated comparisons instead of 5 %; with three in 4 %.
 */
const LEAST_MACHINES = 3;

/** Repeats of a row with the machine that measured each; at least one. */
export interface PlacedRepeats {
  readonly repeats: readonly CompletedCell[];
  readonly machineOf: (cell: CompletedCell) => string;
}

/** Two rows held against each other. */
export interface Likeness {
  readonly ratio: LogRatio;
  /** Repeats that it rests on. */
  readonly repeatsBefore: number;
  readonly repeatsAfter: number;
  /** Absent where one machine measured all of both. */
  readonly machines?: ComparedMachines;
}

type ByMachine = ReadonlyMap<string, readonly CompletedCell[]>;

const placed = ({ repeats, machineOf }: PlacedRepeats): ByMachine =>
  groupBy(
    repeats.toSorted((a, b) => a.cell.repeat - b.cell.repeat),
    machineOf,
  );

const speedsOf = (repeats: readonly CompletedCell[]): readonly MeasuredSpeed[] =>
  repeats.map(speedOf);

/** One machine as one measurement: the geometric mean of its repeats. */
const machineSpeed = (repeats: readonly CompletedCell[]): MeasuredSpeed =>
  meanSpeed(speedsOf(repeats));

/** All repeats of the machine that both have: there is no other machine to tell it from. */
const onOneMachine = (
  before: readonly CompletedCell[],
  after: readonly CompletedCell[],
): Omit<Likeness, 'machines'> => ({
  ratio: unpairedLogRatio(speedsOf(after), speedsOf(before)),
  repeatsBefore: before.length,
  repeatsAfter: after.length,
});

/** The first repeat of a machine in the one run with its first in the other, and so on: what the machine does to both cancels. */
const matched = (
  common: readonly string[],
  before: ByMachine,
  after: ByMachine,
): readonly (readonly [MeasuredSpeed, MeasuredSpeed])[] =>
  common.flatMap((machine) => {
    const others = before.get(machine) ?? [];
    return (after.get(machine) ?? []).flatMap((cell, index) => {
      const other = others[index];
      return other === undefined ? [] : [[speedOf(cell), speedOf(other)] as const];
    });
  });

const withinMachines = (
  pairs: readonly (readonly [MeasuredSpeed, MeasuredSpeed])[],
  machines: number,
  left: number,
): Likeness => ({
  ratio: pairedLogRatio(pairs),
  repeatsBefore: pairs.length,
  repeatsAfter: pairs.length,
  machines: { method: 'within', before: machines, after: machines, repeatsLeftOut: left },
});

const betweenMachines = (before: ByMachine, after: ByMachine): Likeness => ({
  ratio: unpairedLogRatio(
    [...after.values()].map(machineSpeed),
    [...before.values()].map(machineSpeed),
  ),
  repeatsBefore: [...before.values()].flat().length,
  repeatsAfter: [...after.values()].flat().length,
  machines: { method: 'between', before: before.size, after: after.size, repeatsLeftOut: 0 },
});

const unlikeReason = (before: ByMachine, after: ByMachine, common: number): string => {
  const counts = `${before.size} before and ${after.size} after; a node pair counts as one`;
  const where =
    common === 0
      ? `The runs ran on different machines (${counts})`
      : `Too few repeats of both runs ran on the same machines (${counts}, ${common} in both)`;
  return `${where}, and how much machines differ is unknown: a verdict needs ${LEAST_REPEATS} repeats of both on the same nodes, or ${LEAST_MACHINES} node pairs in each run.`;
};

/**
 * Holds the repeats of two runs against each other so that a difference between machines is not taken for one between the
 * runs, as verdicts inside a run do. Which way depends on what ran where, never on a rate:
 *
 * - one machine that both used: Welch's comparison of its repeats in the one run with those in the other;
 * - several that both used: the differences inside each, so that what a machine does to both runs cancels;
 * - else, from three machines a side on: each machine is one measurement, so that what machines of one run differ by is the
 *   noise that a difference between the runs is held against;
 * - else there is no verdict: what machines differ by is unknown.
 *
 * @returns the reason as a sentence in the last case
 */
export const likeWithLike = ({
  before,
  after,
}: {
  readonly before: PlacedRepeats;
  readonly after: PlacedRepeats;
}): Likeness | string => {
  const [earlier, later] = [placed(before), placed(after)];
  const common = [...later.keys()].filter((machine) => earlier.has(machine));
  const [only] = common;
  const all = before.repeats.length + after.repeats.length;
  if (only !== undefined && common.length === 1) {
    const likeness = onOneMachine(earlier.get(only) ?? [], later.get(only) ?? []);
    const left = all - likeness.repeatsBefore - likeness.repeatsAfter;
    if (Math.min(likeness.repeatsBefore, likeness.repeatsAfter) >= LEAST_REPEATS) {
      return left === 0
        ? likeness
        : {
            ...likeness,
            machines: { method: 'within', before: 1, after: 1, repeatsLeftOut: left },
          };
    }
  } else {
    const pairs = matched(common, earlier, later);
    if (pairs.length >= LEAST_REPEATS) {
      return withinMachines(pairs, common.length, all - 2 * pairs.length);
    }
  }
  return Math.min(earlier.size, later.size) >= LEAST_MACHINES
    ? betweenMachines(earlier, later)
    : unlikeReason(earlier, later, common.length);
};
