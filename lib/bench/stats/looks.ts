/*
 * When a run looks at its verdicts, and how much of the allowed error each look may spend.
 *
 * A run that looks at its verdicts again and again, and stops as soon as one seems sure, is wrong far more often than a single interval
 * says: in 6 to 18 % of runs instead of 5 %. So the looks are planned (group-sequential design), and each gets a part of the error. The
 * parts spend α·f^1.5 until the share f of the planned repeats, in the sense of Lan and DeMets: little at first, most of it at the end.
 * Because of that, the number of repeats need not be known exactly.
 *
 * @see Lan and DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70
 */

/**
 * Shares of the planned repeats, and the part of the error that an interval may have at that look. The parts are the nominal levels of
 * the looks, by recursive integration over the correlated looks, rounded down for all α from 0.0003 to 0.05. They add up to more than 1,
 * because the looks share most of their data.
 */
const LOOKS = [
  { share: 0.2, part: 0.08 },
  { share: 0.3, part: 0.09 },
  { share: 0.4, part: 0.11 },
  { share: 0.6, part: 0.24 },
  { share: 0.8, part: 0.33 },
  { share: 1, part: 0.42 },
] as const;

/** The least repeats of a look: fewer say little about the scatter. */
export const FIRST_LOOK_REPEATS = 4;

/** The part of the error for the repeats of the first schedule. The rest is for a run that is resumed after its time was up. */
const FIRST_SCHEDULE_PART = 0.8;

/** The part of the last look of a schedule. */
export const LAST_PART = FIRST_SCHEDULE_PART * (LOOKS.at(-1)?.part ?? 1);

/** The part for a run that is resumed once. Each further resumption has half of what is left. */
export const RESUMED_PART = (1 - FIRST_SCHEDULE_PART) / 2;

/** Verdicts from the first repeats of a run. */
export interface Look {
  /** Number of repeats. */
  readonly repeats: number;
  /** The part of the allowed error that the verdicts of this look may have. */
  readonly errorPart: number;
}

/** The only look of a run with a given number of repeats. */
export const SINGLE_LOOK: Look = { repeats: Infinity, errorPart: 1 };

/** A number of repeats that was planned when the run began, or was resumed after its time was up. */
export interface ScheduledRepeats {
  readonly repeats: number;
  /** Number of repeats after which it ended for good, because its time was up or all were measured; undefined if it has not. */
  readonly endedAfter: number | undefined;
}

/** The repeats after which a schedule is looked at, ascending. */
export const lookRepeats = (scheduled: number): readonly number[] => [
  ...new Set(
    LOOKS.map(({ share }) =>
      Math.min(
        Math.max(scheduled, FIRST_LOOK_REPEATS),
        Math.max(FIRST_LOOK_REPEATS, Math.round(share * scheduled)),
      ),
    ),
  ),
];

/** The part for a look after some of the scheduled repeats: that of the largest share they make up. */
const partAfter = (repeats: number, scheduled: number): number =>
  LOOKS.findLast(({ share }) => Math.round(share * scheduled) <= repeats)?.part ?? LOOKS[0].part;

/**
 * The looks that a run has had.
 *
 * @param schedules the first one, and those of each resumption after the time was up
 * @param measured number of complete repeats
 */
export const looksOf = (
  schedules: readonly ScheduledRepeats[],
  measured: number,
): readonly Look[] => {
  const [first, ...further] = schedules;
  if (first === undefined) return [SINGLE_LOOK];
  const { repeats: scheduled, endedAfter } = first;
  const planned = lookRepeats(scheduled)
    .filter((repeats) => repeats <= Math.min(measured, endedAfter ?? Infinity))
    .map((repeats) => ({ repeats, part: partAfter(repeats, scheduled) }));
  const last = LOOKS.at(-1)?.part ?? 1;
  const atEnd =
    endedAfter === undefined
      ? planned
      : [
          ...planned.filter(({ repeats }) => repeats < endedAfter),
          { repeats: endedAfter, part: last },
        ];
  const extensions = further.flatMap(({ endedAfter: repeats }, index) =>
    repeats === undefined ? [] : [{ repeats, errorPart: RESUMED_PART / 2 ** index }],
  );
  return [
    ...atEnd.map(({ repeats, part }) => ({ repeats, errorPart: FIRST_SCHEDULE_PART * part })),
    ...extensions,
  ];
};
