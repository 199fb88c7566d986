import { targetId } from '../../model/measurement.ts';
import type { AnswerCheck, CompletedMeasurement } from '../../model/record.ts';
import { meanOf, medianOf } from '../../stats/moments.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';

/** The logarithm of a mean time in each repeat, by {@link repeatKey}, less the mean of its part of the run. */
export type Course = ReadonlyMap<string, number>;

/** Names the part of the run to which a repeat belongs: its node pair, and how often the run had been resumed. */
export type PartOf = (record: CompletedMeasurement) => string;

/** The courses of a run. */
export interface Courses {
  /** Of the response times, by target. */
  readonly all: ReadonlyMap<string, Course>;
  /** Of the targets that do not drift, at least two of them: these show what the machine did. */
  readonly steady: ReadonlyMap<string, Course>;
  /** The targets that are known to drift. */
  readonly drifting: ReadonlySet<string>;
  /** Of the time that load generator and middleware took for themselves: this shows it, too. */
  readonly rig: Course;
  readonly partOf: PartOf;
}

export const repeatKey = ({ measurement, pair }: CompletedMeasurement): string =>
  `${measurement.repeat}/${pair ?? 0}`;

const checkedKey = ({
  target,
  engine,
  pair,
}: Pick<AnswerCheck, 'target' | 'engine' | 'pair'>): string =>
  `${targetId(target)}/${engine}/${pair ?? 0}`;

/** A runner checks the answers of a target once, so each further check shows that the run was resumed. */
const partsBy = (answerChecks: readonly AnswerCheck[]): PartOf => {
  const byTarget = groupBy(answerChecks, checkedKey);
  const partOf: PartOf = ({ measurement, pair, load }) => {
    const checks = byTarget.get(checkedKey({ ...measurement, pair })) ?? [];
    const before = checks.filter(
      ({ startedAt }) => Date.parse(startedAt) <= Date.parse(load.startedAt),
    );
    return `${pair ?? 0}/${before.length}`;
  };
  // Each test of a drift asks for the part of each repeat.
  const known = new WeakMap<CompletedMeasurement, string>();
  return (record) => {
    const part = known.get(record) ?? partOf(record);
    known.set(record, part);
    return part;
  };
};

export const meanMsOf = ({ load: { latency } }: CompletedMeasurement): number => latency.meanMs;

export const logTime = (record: CompletedMeasurement): number => Math.log(meanMsOf(record));

export const isMeasurable = (repeats: readonly CompletedMeasurement[]): boolean =>
  repeats.every(({ load: { latency } }) => latency.count > 0);

/** The time of load generator, middleware and the connections between them; not a number if the middleware told nothing. */
const logRigTime = ({ load: { latency, phases } }: CompletedMeasurement): number =>
  Math.log(latency.meanMs - (phases['upstream']?.meanMs ?? Number.NaN));

/** A value of each repeat of a row, less the mean of its part of the run. */
export const courseOfRow = (
  { repeats }: MeasuredRow,
  valueOf: (record: CompletedMeasurement) => number,
  partOf: PartOf,
): readonly (readonly [string, number])[] =>
  [...groupBy(repeats, partOf).values()].flatMap((part) => {
    const mean = meanOf(part.map(valueOf));
    return part.map((record) => [repeatKey(record), valueOf(record) - mean] as const);
  });

/** The mean over rows of a value of their repeats. */
const courseOf = (
  rows: readonly MeasuredRow[],
  valueOf: (record: CompletedMeasurement) => number,
  partOf: PartOf,
): Course => {
  const byRepeat = groupBy(
    rows.flatMap((row) => courseOfRow(row, valueOf, partOf)),
    ([repeat]) => repeat,
  );
  return new Map(
    [...byRepeat].map(([repeat, values]) => [repeat, meanOf(values.map(([, y]) => y))]),
  );
};

const targetCourses = (rows: readonly MeasuredRow[], partOf: PartOf): Courses['all'] => {
  const byTarget = groupBy(rows, ({ row }) => targetId(row.target));
  return new Map(
    [...byTarget].map(([target, ofTarget]) => [target, courseOf(ofTarget, logTime, partOf)]),
  );
};

/** What is known of the machine besides a target. */
export interface Surroundings {
  /** The courses of the other targets that were measured in each of its repeats. */
  readonly others: readonly Course[];
  /** What a repeat did to all of them: their median. Empty if there are none. */
  readonly machine: Course;
  readonly rig: Course;
  /** Whether another target is known to drift, which explains that this one changed against it. */
  readonly isExplained: boolean;
}

export const surroundingsOf = (
  { steady, drifting, rig }: Courses,
  target: string,
  repeats: readonly string[],
): Surroundings => {
  const besides = [...steady].filter(([name]) => name !== target).map(([, course]) => course);
  const entries = repeats.flatMap((repeat): (readonly [string, number])[] => {
    const values = besides.flatMap((course) => course.get(repeat) ?? []);
    return values.length === 0 ? [] : [[repeat, medianOf(values)]];
  });
  return {
    others: besides.filter((course) => repeats.every((repeat) => course.has(repeat))),
    machine: new Map(entries.length === repeats.length ? entries : []),
    rig,
    isExplained: [...drifting].some((name) => name !== target),
  };
};

/**
 * The courses of rows, as if none of their targets drifted.
 *
 * @param answerChecks of the whole run
 */
export const measuredCourses = (
  rows: readonly MeasuredRow[],
  answerChecks: readonly AnswerCheck[],
): Courses => {
  const partOf = partsBy(answerChecks);
  const measurable = rows.filter(({ repeats }) => isMeasurable(repeats));
  const timed = measurable.filter(({ repeats }) =>
    repeats.every((record) => Number.isFinite(logRigTime(record))),
  );
  const all = targetCourses(measurable, partOf);
  return {
    all,
    steady: all,
    drifting: new Set(),
    rig: courseOf(timed, logRigTime, partOf),
    partOf,
  };
};
