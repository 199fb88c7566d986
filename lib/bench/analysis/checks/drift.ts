import { targetId } from '../../model/measurement.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { meanOf, medianOf } from '../../stats/moments.ts';
import { studentTQuantile } from '../../stats/probability.ts';
import { type SlopePoint, type Slope, slopeOf } from '../../stats/trend.ts';
import { formatFigure, limitPercent } from '../../wording/format-number.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { CheckResult } from '../summary-row.ts';
import type { Check } from './check.ts';

/** A change of the mean response time by up to this share is not a drift. */
const DRIFT_LIMIT = 0.1;

/**
 * How often chance alone may look like each kind of drift, in about 1 % of rows altogether. A server that becomes slower gets the larger part:
 * nothing else finds it, whereas a longer warm-up is good practice anyway.
 */
const CHANCE = {
  slower: 0.005,
  faster: 0.0005,
  'slow-start': 0.0025,
  'step-up': 0.00125,
  'step-down': 0.00125,
} as const;

/** The same for the difference to the other targets of a repeat, if the target alone is clear: they add noise of their own. */
const CHANCE_BESIDE = 0.02;

type Drift = keyof typeof CHANCE;

/**
 * A target is restless if its slowest repeat takes this many times as long as its fastest, and if its repeats differ at least
 * {@link MORE_RESTLESS} times as much as those of the steadiest other. That is no verdict on it, but a better reason for an undecided pair
 * than noise.
 */
const RESTLESS_RATIO = 1.3;
const MORE_RESTLESS = 3;

/** With fewer, every drift could be chance. */
const MIN_FREEDOM = 2;

/** The shortest warm-up that is worth trying. */
const MIN_WARMUP_SECONDS = 5;

/** The logarithm of the mean response time in each repeat of a target, by {@link repeatKey}, less its mean. */
type Course = ReadonlyMap<string, number>;

/** The courses of the targets of a run, by target. */
interface Courses {
  readonly all: ReadonlyMap<string, Course>;
  /** Of the targets that do not drift, at least two of them: these show what the machine did. */
  readonly steady: ReadonlyMap<string, Course>;
}

const pairKey = ({ pair }: CompletedMeasurement): string => String(pair ?? 0);

const repeatKey = (record: CompletedMeasurement): string =>
  `${record.measurement.repeat}/${pairKey(record)}`;

const meanMsOf = ({ load: { latency } }: CompletedMeasurement): number => latency.meanMs;

const logTime = (record: CompletedMeasurement): number => Math.log(meanMsOf(record));

const isMeasurable = (repeats: readonly CompletedMeasurement[]): boolean =>
  repeats.every(({ load: { latency } }) => latency.count > 0);

const courseOfRow = ({ repeats }: MeasuredRow): readonly (readonly [string, number])[] => {
  const mean = meanOf(repeats.map(logTime));
  return repeats.map((record) => [repeatKey(record), logTime(record) - mean]);
};

/** The course of each target over the repeats: the mean over its rows. */
const allCourses = (rows: readonly MeasuredRow[]): Courses['all'] => {
  const byTarget = groupBy(
    rows.filter(({ repeats }) => isMeasurable(repeats)),
    ({ row }) => targetId(row.target),
  );
  return new Map(
    [...byTarget].map(([target, ofTarget]) => {
      const byRepeat = groupBy(ofTarget.flatMap(courseOfRow), ([repeat]) => repeat);
      return [
        target,
        new Map(
          [...byRepeat].map(([repeat, values]) => [repeat, meanOf(values.map(([, y]) => y))]),
        ),
      ];
    }),
  );
};

/** What a repeat did to all other targets: their median. Empty if they were not measured in each repeat. */
const machineCourse = ({ steady }: Courses, target: string, repeats: readonly string[]): Course => {
  const others = [...steady].filter(([name]) => name !== target).map(([, course]) => course);
  const entries = repeats.flatMap((repeat): (readonly [string, number])[] => {
    const values = others.flatMap((course) => course.get(repeat) ?? []);
    return values.length === 0 ? [] : [[repeat, medianOf(values)]];
  });
  return new Map(entries.length === repeats.length ? entries : []);
};

/** Mean response times before and after the change, or the least and the most if there is none, and what the words need. */
type DriftFacts = {
  readonly from?: number;
  readonly beforeMs?: number;
  readonly afterMs?: number;
  readonly leastMs?: number;
  readonly mostMs?: number;
  /** The warm-up of the measurements. */
  readonly warmupSeconds?: number;
};

/** One way in which a row may drift. */
interface Finding {
  readonly drift: Drift;
  /** Of the response time, as a share; 0 if it is not the target's own. */
  readonly change: number;
  /** The change of the logarithm, in multiples of what chance causes. */
  readonly evidence: number;
  readonly isDrift: boolean;
  /** Of a step: the first repeat after it. */
  readonly from?: number;
}

interface RepeatPoint extends SlopePoint {
  readonly repeat: string;
}

/** A slope in multiples of the one that chance exceeds with this probability. */
const exceeds = ({ slope, standardError, degreesOfFreedom }: Slope, chance: number): number =>
  Math.abs(slope) / (studentTQuantile(1 - chance, degreesOfFreedom) * standardError);

/**
 * Tests the slope of points, and their slope without what the machine did in each repeat. A drift shows in both: in one of them so clearly
 * that chance causes it with the probability in {@link CHANCE}, in the other with {@link CHANCE_BESIDE}. So a machine that becomes slower is
 * no drift of a server, and neither is what another server does.
 *
 * @param span the change is the slope times this
 * @param tries how many such tests share the chance
 */
const findingOf = (
  points: readonly RepeatPoint[],
  machine: Course,
  {
    span,
    kinds,
    tries = 1,
  }: {
    readonly span: number;
    readonly kinds: readonly [up: Drift, down?: Drift];
    readonly tries?: number;
  },
): Finding => {
  const own = slopeOf(points);
  const beside = slopeOf(
    points.map((point) => ({ ...point, y: point.y - (machine.get(point.repeat) ?? 0) })),
  );
  const [up, down] = kinds;
  const kind = beside.slope > 0 ? up : down;
  const isOwn =
    Math.sign(beside.slope) === Math.sign(own.slope) &&
    Math.abs(own.slope) >= Math.abs(beside.slope) / 2;
  if (kind === undefined || !isOwn) {
    return { drift: up, change: 0, evidence: 0, isDrift: false };
  }
  const least = Math.min(Math.abs(own.slope), Math.abs(beside.slope));
  const change = Math.expm1(least * span);
  const evidence = Math.max(
    Math.min(exceeds(own, CHANCE[kind] / tries), exceeds(beside, CHANCE_BESIDE / tries)),
    exceeds(beside, CHANCE[kind] / tries),
  );
  return { drift: kind, change, evidence, isDrift: evidence > 1 && change > DRIFT_LIMIT };
};

const spanOf = (repeats: readonly CompletedMeasurement[]): number => {
  const numbers = repeats.map(({ measurement }) => measurement.repeat);
  return Math.max(...numbers) - Math.min(...numbers);
};

const rangeOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

/** Whether the response time of a target differs much more between repeats than that of the other targets. */
const isRestless = (
  { all }: Courses,
  target: string,
  repeats: readonly CompletedMeasurement[],
): boolean => {
  const others = [...all].flatMap(([name, course]) =>
    name === target ? [] : rangeOf([...course.values()]),
  );
  const range = rangeOf(repeats.map(logTime));
  return (
    others.length > 0 &&
    range > Math.log(RESTLESS_RATIO) &&
    range > MORE_RESTLESS * Math.min(...others)
  );
};

/** The response times at both ends of the line through those of a row. */
const endsOf = (repeats: readonly CompletedMeasurement[]): readonly [number, number] => {
  const { slope } = slopeOf(
    repeats.map((record) => ({
      group: pairKey(record),
      x: record.measurement.repeat,
      y: logTime(record),
    })),
  );
  const half = (slope * spanOf(repeats)) / 2;
  const middle = meanOf(repeats.map(logTime));
  return [Math.exp(middle - half), Math.exp(middle + half)];
};

/** The figures of the words on a drift. */
const factsOf = (
  { drift: kind, from }: Finding,
  repeats: readonly CompletedMeasurement[],
): DriftFacts => {
  if (kind === 'slow-start') {
    const [first, ...others] = repeats.map(meanMsOf);
    return {
      from: repeats[0]?.measurement.repeat,
      beforeMs: first,
      leastMs: Math.min(...others),
      mostMs: Math.max(...others),
    };
  }
  if (from !== undefined) {
    const [beforeMs, afterMs] = [true, false].map((isBefore) =>
      Math.exp(
        meanOf(
          repeats.filter(({ measurement }) => measurement.repeat < from === isBefore).map(logTime),
        ),
      ),
    );
    return { from, beforeMs, afterMs };
  }
  const [beforeMs, afterMs] = endsOf(repeats);
  return { beforeMs, afterMs };
};

/**
 * Whether the response time of a target stayed the same from repeat to repeat. It drifts if it becomes slower or faster with time or from one
 * repeat on, or if its first repeat is slower than the others, by more than {@link DRIFT_LIMIT} and more than chance explains (Student's t).
 * The trend is that of all rows of the target together, which is less noisy; the first repeat is that of the row, because only the first load
 * of a run may meet a cold server.
 */
export const driftCheck = (
  { row: { target }, repeats: unordered }: MeasuredRow,
  courses: Courses,
): CheckResult<DriftFacts> => {
  const check = 'drift';
  const repeats = unordered.toSorted((a, b) => a.measurement.repeat - b.measurement.repeat);
  const byPair = groupBy(repeats, pairKey);
  if (repeats.length - byPair.size - 1 < MIN_FREEDOM) {
    return { check, state: 'unknown', reason: 'few-repeats' };
  }
  if (!isMeasurable(repeats)) {
    return { check, state: 'unknown', reason: 'no-correct-answer' };
  }
  const id = targetId(target);
  const machine = machineCourse(courses, id, repeats.map(repeatKey));
  const firsts = new Set([...byPair.values()].map(([first]) => first));
  const course = courses.all.get(id);
  const pointsOf = (
    xOf: (record: CompletedMeasurement) => number,
    yOf: (record: CompletedMeasurement) => number,
  ): readonly RepeatPoint[] =>
    repeats.map((record) => ({
      group: pairKey(record),
      repeat: repeatKey(record),
      x: xOf(record),
      y: yOf(record),
    }));
  const courseOf = (record: CompletedMeasurement): number =>
    course?.get(repeatKey(record)) ?? logTime(record);
  const [, ...steps] = new Set(repeats.map(({ measurement }) => measurement.repeat));
  const findings: readonly Finding[] = [
    ...steps.map((from, at) => ({
      ...findingOf(
        pointsOf(({ measurement }) => (measurement.repeat < from ? 0 : 1), courseOf),
        machine,
        // A slow first repeat is a kind of its own.
        { span: 1, kinds: at === 0 ? ['step-up'] : ['step-up', 'step-down'], tries: steps.length },
      ),
      from,
    })),
    findingOf(
      pointsOf(({ measurement }) => measurement.repeat, courseOf),
      machine,
      {
        span: spanOf(repeats),
        kinds: ['slower', 'faster'],
      },
    ),
    findingOf(
      pointsOf((record) => (firsts.has(record) ? 1 : 0), logTime),
      machine,
      {
        span: 1,
        kinds: ['slow-start'],
      },
    ),
  ];
  const [worst] = findings.toSorted(
    (a, b) => Number(b.isDrift) - Number(a.isDrift) || b.evidence - a.evidence,
  );
  const warmupSeconds = Math.max(...repeats.map(({ measurement }) => measurement.warmupSeconds));
  if (worst === undefined || !worst.isDrift) {
    const means = repeats.map(meanMsOf);
    const facts = { leastMs: Math.min(...means), mostMs: Math.max(...means), warmupSeconds };
    return isRestless(courses, id, repeats)
      ? { check, state: 'warned', reason: 'restless', facts }
      : { check, state: 'passed', facts };
  }
  return {
    check,
    state: 'failed',
    reason: worst.drift,
    figure: worst.change,
    limit: DRIFT_LIMIT,
    facts: { ...factsOf(worst, repeats), warmupSeconds },
  };
};

/** The courses of all rows of a run, for {@link driftCheck}. */
export const coursesOf = (rows: readonly MeasuredRow[]): Courses => {
  const measured = rows.filter(({ row, repeats }) => row.engine !== 'noop' && repeats.length > 0);
  const all = allCourses(measured);
  let steady = all;
  for (;;) {
    const courses: Courses = { all, steady };
    const drifting = new Set(
      measured
        .filter((row) => driftCheck(row, courses).state === 'failed')
        .map(({ row }) => targetId(row.target)),
    );
    const rest = new Map([...steady].filter(([target]) => !drifting.has(target)));
    if (rest.size === steady.size || rest.size < 2) return courses;
    steady = rest;
  }
};

/** Cache: each row of a run is compared with the same courses. */
const cachedCourses = new WeakMap<readonly MeasuredRow[], Courses>();

const coursesIn = (rows: readonly MeasuredRow[]): Courses => {
  const courses = cachedCourses.get(rows) ?? coursesOf(rows);
  cachedCourses.set(rows, courses);
  return courses;
};

/** A warm-up that is probably long enough. */
export const warmupFor = ({ warmupSeconds = 0 }: Pick<DriftFacts, 'warmupSeconds'>): number =>
  Math.max(MIN_WARMUP_SECONDS, Math.ceil(4 * warmupSeconds));

export const drift: Check<DriftFacts> = {
  name: 'drift',
  title: 'Drift',
  asks: 'Was the target as fast in the first repeat as in the last?',
  limit: `mean response time changes by ≤ ${limitPercent(DRIFT_LIMIT)}, or as chance explains`,
  tag: 'drift',
  judge: (subject) => driftCheck(subject, coursesIn(subject.run.rows)),
  finding({ state, reason, facts: { from, beforeMs, afterMs, leastMs = 0, mostMs = 0 } = {} }) {
    const change = `mean response time ${formatFigure(beforeMs)} → ${formatFigure(afterMs)} ms.`;
    const range = `Its mean response time was ${formatFigure(leastMs)} to ${formatFigure(mostMs)} ms in its repeats`;
    switch (reason ?? state) {
      case 'few-repeats':
        return 'Too few repeats to tell a drift from chance.';
      case 'no-correct-answer':
        return 'A repeat has no correct answer.';
      case 'slow-start':
        return `Repeat ${from} differs from the others: mean response time ${formatFigure(beforeMs)} against ${formatFigure(leastMs)}–${formatFigure(mostMs)} ms.`;
      case 'step-up':
      case 'step-down':
        return `Became ${reason === 'step-up' ? 'slower' : 'faster'} in repeat ${from}: ${change}`;
      case 'slower':
      case 'faster':
        return `Became ${reason} from repeat to repeat: ${change}`;
      case 'restless':
        return `${range}; the others changed less, the steadiest by less than a third of that.`;
      default: {
        const isWide = state === 'passed' && mostMs / leastMs - 1 > DRIFT_LIMIT;
        return `${range}${isWide ? ', which may be chance' : ''}.`;
      }
    }
  },
  advice({ state, reason, facts = {} }) {
    if (state === 'unknown') return undefined;
    if (reason === 'slower') {
      return 'Something accumulates in the server or heats its machine. Find out what grows: --profile soak.';
    }
    if (reason === 'step-up') {
      return 'Something changed in the server or on its machine at that time: look at its log, and measure again.';
    }
    return `Warm up longer: --warmup ${warmupFor(facts)}s.`;
  },
};
