import { targetId } from '../../model/measurement.ts';
import type { AnswerCheck, CompletedMeasurement } from '../../model/record.ts';
import { meanOf } from '../../stats/moments.ts';
import { studentTQuantile } from '../../stats/probability.ts';
import { type SlopePoint, type Slope, slopeOf } from '../../stats/trend.ts';
import { formatFigure, limitPercent } from '../../wording/format-number.ts';
import { groupBy } from '../group-by.ts';
import type { MeasuredRow } from '../records.ts';
import type { CheckResult, SummaryRow } from '../summary-row.ts';
import type { Check, Checkable } from './check.ts';
import {
  type Course,
  courseOfRow,
  type Courses,
  isMeasurable,
  logTime,
  meanMsOf,
  measuredCourses,
  type PartOf,
  repeatKey,
  type Surroundings,
  surroundingsOf,
} from './courses.ts';

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

/** The reason of a result that does not know what changed. */
const CONTESTED = 'contested';

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

/** The machine may be why a target changed if the rig's own time changed in the same way, by at least this share of it as a logarithm. */
const RIG_SHARE = 0.5;

/** The same for a slow first repeat, because the rig itself is slower until it has warmed up. */
const RIG_SHARE_AT_START = 1;

/** Mean response times before and after the change, or the least and the most if there is none, and what the words need. */
type DriftFacts = {
  readonly from?: number;
  readonly beforeMs?: number;
  readonly afterMs?: number;
  readonly leastMs?: number;
  readonly mostMs?: number;
  /** Whether the run has no other target to compare with. */
  readonly isAlone?: boolean;
  /** Whether the run was resumed between its repeats. */
  readonly isResumed?: boolean;
  /** The warm-up of the measurements. */
  readonly warmupSeconds?: number;
  /** Whether a restless target became faster during its slowest repeat. */
  readonly isWarming?: boolean;
  /** Whether other programs disturbed the run. */
  readonly isBusy?: boolean;
};

/** One way in which a row may drift. */
interface Finding {
  readonly drift: Drift;
  /** Whether the target changed, or another, or the machine, is not known. */
  readonly isContested: boolean;
  /** Of the response time, as a share; 0 if it is not the target's own. */
  readonly change: number;
  /** The change of the logarithm, in multiples of what chance causes. */
  readonly evidence: number;
  readonly isDrift: boolean;
  /** Of a step or a slow start: the first repeat after it. */
  readonly from?: number;
}

interface RepeatPoint extends SlopePoint {
  readonly repeat: string;
}

/** A slope in multiples of the one that chance exceeds with this probability. */
const exceeds = ({ slope, standardError, degreesOfFreedom }: Slope, chance: number): number =>
  Math.abs(slope) / (studentTQuantile(1 - chance, degreesOfFreedom) * standardError);

const less = (points: readonly RepeatPoint[], course: Course): readonly RepeatPoint[] =>
  points.map((point) => ({ ...point, y: point.y - (course.get(point.repeat) ?? 0) }));

/** The slope of a course in the repeats of points. */
const slopeIn = (course: Course, points: readonly RepeatPoint[]): Slope =>
  slopeOf(points.map((point) => ({ ...point, y: course.get(point.repeat) ?? 0 })));

/**
 * Tests the slope of points, and their slope without what the machine did in each repeat. A drift shows in both: in one of them so clearly
 * that chance causes it with the probability in {@link CHANCE}, in the other with {@link CHANCE_BESIDE}. So a machine that becomes slower is
 * no drift of a server, and neither is what another server does.
 *
 * If the rig changed like the target, the machine may be why, and another target that stayed the same may be the one that drifts. Then only
 * the comparison with each of at least two others tells. If the rig changed like the others, the same holds for these.
 *
 * @param span the change is the slope times this
 * @param tries how many such tests share the chance
 */
const findingOf = (
  points: readonly RepeatPoint[],
  { others, machine, rig, isExplained }: Surroundings,
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
  const beside = slopeOf(less(points, machine));
  const isOwn =
    Math.sign(beside.slope) === Math.sign(own.slope) &&
    Math.abs(own.slope) >= Math.abs(beside.slope) / 2;
  // What changed by itself: the target, or the others.
  const moved = isOwn ? own : slopeIn(machine, points);
  const direction = isOwn ? Math.sign(beside.slope) : -Math.sign(beside.slope);
  const kind = direction > 0 ? kinds[0] : kinds[1];
  const none = { drift: kinds[0], isContested: false, change: 0, evidence: 0, isDrift: false };
  if (kind === undefined) return none;
  const change = Math.expm1(span * Math.min(Math.abs(moved.slope), Math.abs(beside.slope)));
  const evidence = Math.max(
    Math.min(exceeds(moved, CHANCE[kind] / tries), exceeds(beside, CHANCE_BESIDE / tries)),
    exceeds(beside, CHANCE[kind] / tries),
  );
  const finding = {
    drift: kind,
    isContested: false,
    change,
    evidence,
    isDrift: evidence > 1 && change > DRIFT_LIMIT,
  };
  const share = kind === 'slow-start' ? RIG_SHARE_AT_START : RIG_SHARE;
  const rigChange = direction * slopeIn(rig, points).slope;
  if (!finding.isDrift || rigChange < share * Math.abs(beside.slope)) return isOwn ? finding : none;
  const isOdd = others.every((other) => {
    const apart = slopeOf(less(points, other));
    return (
      Math.sign(apart.slope) === Math.sign(beside.slope) &&
      exceeds(apart, CHANCE_BESIDE / tries) > 1
    );
  });
  if (!isOdd || (!isOwn && isExplained)) return none;
  return { ...finding, isContested: !isOwn || others.length < 2 };
};

const spanOf = (repeats: readonly CompletedMeasurement[]): number => {
  const numbers = repeats.map(({ measurement }) => measurement.repeat);
  return Math.max(...numbers) - Math.min(...numbers);
};

const rangeOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

/** Whether the response time of a target differs much more between repeats than that of the other targets. */
const isRestless = ({ all, partOf }: Courses, target: string, measured: MeasuredRow): boolean => {
  const others = [...all].flatMap(([name, course]) =>
    name === target ? [] : rangeOf([...course.values()]),
  );
  const range = rangeOf(courseOfRow(measured, logTime, partOf).map(([, value]) => value));
  return (
    others.length > 0 &&
    range > Math.log(RESTLESS_RATIO) &&
    range > MORE_RESTLESS * Math.min(...others)
  );
};

/** Whether a target became faster during its slowest repeat, as one does that is not warm yet. */
const isWarming = ({
  row: { windows = [], unsteadyRepeats = [] },
  repeats,
}: MeasuredRow): boolean => {
  const [slowest] = repeats
    .toSorted((a, b) => meanMsOf(b) - meanMsOf(a))
    .map(({ measurement }) => measurement.repeat);
  const times = windows.flatMap(({ repeat, p50Ms }) => (repeat === slowest ? (p50Ms ?? []) : []));
  const [first = 0, last = first] = [times[0], times.at(-1)];
  return first > (1 + DRIFT_LIMIT) * last || unsteadyRepeats.some((repeat) => repeat === slowest);
};

/** The response times at both ends of the line through those of a row. */
const endsOf = (
  repeats: readonly CompletedMeasurement[],
  partOf: PartOf,
): readonly [number, number] => {
  const { slope } = slopeOf(
    repeats.map((record) => ({
      group: partOf(record),
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
  partOf: PartOf,
): DriftFacts => {
  if (kind === 'slow-start') {
    const [first, ...others] = repeats.map(meanMsOf);
    return {
      from: repeats[0]?.measurement.repeat,
      beforeMs: first,
      afterMs: meanOf(others),
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
  const [beforeMs, afterMs] = endsOf(repeats, partOf);
  return { beforeMs, afterMs };
};

/**
 * Whether the response time of a target stayed the same from repeat to repeat. It drifts if it becomes slower or faster with time or from one
 * repeat on, or if its first repeat is slower than the others, by more than {@link DRIFT_LIMIT} and more than chance explains (Student's t).
 * The trend is that of all rows of the target together, which is less noisy; the first repeat is that of the row, because only the first load
 * of a run may meet a cold server.
 */
export const driftCheck = (measured: MeasuredRow, courses: Courses): CheckResult<DriftFacts> => {
  const check = 'drift';
  const { partOf } = courses;
  const repeats = measured.repeats.toSorted((a, b) => a.measurement.repeat - b.measurement.repeat);
  const parts = groupBy(repeats, partOf);
  const hasFew = repeats.length - parts.size - 1 < MIN_FREEDOM;
  if (hasFew || !isMeasurable(repeats)) {
    return { check, state: 'unknown', reason: hasFew ? 'few-repeats' : 'no-correct-answer' };
  }
  const id = targetId(measured.row.target);
  const surroundings = surroundingsOf(courses, id, repeats.map(repeatKey));
  const firsts = new Set([...parts.values()].map(([first]) => first));
  const course = courses.all.get(id);
  const pointsOf = (
    xOf: (record: CompletedMeasurement) => number,
    yOf: (record: CompletedMeasurement) => number,
  ): readonly RepeatPoint[] =>
    repeats.map((record) => ({
      group: partOf(record),
      repeat: repeatKey(record),
      x: xOf(record),
      y: yOf(record),
    }));
  const valueOf = (record: CompletedMeasurement): number =>
    course?.get(repeatKey(record)) ?? logTime(record);
  const [, ...steps] = new Set(repeats.map(({ measurement }) => measurement.repeat));
  const findings: readonly Finding[] = [
    ...steps.map((from, at) => ({
      ...findingOf(
        pointsOf(({ measurement }) => (measurement.repeat < from ? 0 : 1), valueOf),
        surroundings,
        // A slow first repeat is a kind of its own.
        { span: 1, kinds: at === 0 ? ['step-up'] : ['step-up', 'step-down'], tries: steps.length },
      ),
      from,
    })),
    findingOf(
      pointsOf(({ measurement }) => measurement.repeat, valueOf),
      surroundings,
      {
        span: spanOf(repeats),
        kinds: ['slower', 'faster'],
      },
    ),
    {
      ...findingOf(
        pointsOf((record) => (firsts.has(record) ? 1 : 0), logTime),
        surroundings,
        { span: 1, kinds: ['slow-start'] },
      ),
      from: steps[0],
    },
  ];
  const drifts = findings
    .filter(({ isDrift }) => isDrift)
    .toSorted((a, b) => b.evidence - a.evidence);
  const [strongest] = drifts;
  const worst =
    strongest?.drift === 'slow-start'
      ? strongest
      : (drifts.find(({ isContested }) => isContested) ?? strongest);
  const warmupSeconds = Math.max(...repeats.map(({ measurement }) => measurement.warmupSeconds));
  if (worst === undefined) {
    const means = repeats.map(meanMsOf);
    const facts = {
      leastMs: Math.min(...means),
      mostMs: Math.max(...means),
      isResumed: parts.size > new Set(repeats.map(({ pair }) => pair)).size || undefined,
      warmupSeconds,
    };
    return isRestless(courses, id, measured)
      ? {
          check,
          state: 'warned',
          reason: 'restless',
          facts: { ...facts, isWarming: isWarming(measured) },
        }
      : { check, state: 'passed', facts };
  }
  return {
    check,
    state: 'failed',
    reason: worst.isContested ? CONTESTED : worst.drift,
    figure: worst.change,
    limit: DRIFT_LIMIT,
    facts: {
      ...factsOf(worst, repeats, partOf),
      isAlone: worst.isContested ? surroundings.others.length === 0 : undefined,
      warmupSeconds,
    },
  };
};

/**
 * The courses of all rows of a run, for {@link driftCheck}.
 *
 * @param answerChecks of the whole run
 */
export const coursesOf = (
  rows: readonly MeasuredRow[],
  answerChecks: readonly AnswerCheck[] = [],
): Courses => {
  const measured = rows.filter(({ row, repeats }) => row.engine !== 'noop' && repeats.length > 0);
  let courses = measuredCourses(measured, answerChecks);
  for (;;) {
    const current = courses;
    const drifting = new Set(
      measured
        .filter((row) => {
          const { state, reason } = driftCheck(row, current);
          return state === 'failed' && reason !== CONTESTED;
        })
        .map(({ row }) => targetId(row.target)),
    );
    const steady = new Map([...current.steady].filter(([target]) => !drifting.has(target)));
    if (steady.size === current.steady.size) return current;
    if (steady.size < 2) return { ...current, drifting };
    courses = { ...current, steady, drifting };
  }
};

/** Cache: each row of a run is compared with the same courses. */
const cachedCourses = new WeakMap<readonly MeasuredRow[], Courses>();

const coursesIn = ({ rows, answerChecks }: Checkable['run']): Courses => {
  const courses = cachedCourses.get(rows) ?? coursesOf(rows, answerChecks);
  cachedCourses.set(rows, courses);
  return courses;
};

/** A warm-up that is probably long enough. */
export const warmupFor = ({ warmupSeconds = 0 }: Pick<DriftFacts, 'warmupSeconds'>): number =>
  Math.max(MIN_WARMUP_SECONDS, Math.ceil(4 * warmupSeconds));

/** How the mean response time changed, in words. */
export const changeText = ({ beforeMs, afterMs }: DriftFacts): string =>
  `${formatFigure(beforeMs)} → ${formatFigure(afterMs)} ms`;

/** When it changed, in words. */
export const whenText = ({ from, leastMs }: Pick<DriftFacts, 'from' | 'leastMs'>): string =>
  from === undefined ? 'over the run' : `${leastMs === undefined ? 'in' : 'after'} repeat ${from}`;

/** Whether a longer warm-up may help. */
export const isColdDrift = ({ check, reason = '', facts }: CheckResult): boolean =>
  check === drift.name &&
  (reason === 'restless'
    ? facts?.['isWarming'] === true
    : ['slow-start', 'faster', 'step-down'].includes(reason));

/** Whether a result says that something changed, but not what. */
export const isContestedDrift = (result: CheckResult): boolean =>
  result.check === drift.name && result.reason === CONTESTED;

const isRestlessRow = ({ checks = [] }: SummaryRow): boolean =>
  checks.some(({ check, reason }) => check === drift.name && reason === 'restless');

/** The targets whose repeats differ much more than those of the others at each of several levels. At one, chance or another program may be why. */
export const restlessTargets = (rows: readonly SummaryRow[]): ReadonlySet<string> =>
  new Set(
    [...groupBy(rows, ({ target }) => targetId(target))]
      .filter(([, ofTarget]) => ofTarget.length > 1 && ofTarget.every(isRestlessRow))
      .map(([id]) => id),
  );

/** Other programs hardly make one server take this share longer in one repeat, and leave the others as they are. */
const OWN_CHANGE = 1;

/**
 * Whether other programs may be why something changed. A server that became slower and slower stands out on a busy machine, too, and so does
 * one that changed by itself to twice its response time.
 */
export const mayBeMachine = (result: CheckResult): boolean => {
  const { check, reason, figure = 0, facts } = result;
  const isOwn = reason === 'slower' || figure >= OWN_CHANGE;
  return isContestedDrift(result) || (check === drift.name && !isOwn && facts?.['isBusy'] === true);
};

/** What to do about a drift of which the machine is not why, as a sentence. */
export const adviceIfOwn = (result: CheckResult<DriftFacts>): string => {
  const { reason, facts = {} } = result;
  if (reason === 'slower') {
    return 'Something accumulates in the server or heats its machine. Find out what grows: --profile soak.';
  }
  if (reason === 'step-up') {
    return 'Something changed in the server or on its machine at that time: look at its log, and measure again.';
  }
  return isColdDrift(result)
    ? `Warm up longer: --warmup ${warmupFor(facts)}s.`
    : 'Find out what the server did in its slow repeats, and measure again.';
};

export const drift: Check<DriftFacts> = {
  name: 'drift',
  title: 'Drift',
  asks: 'Was the target as fast in the first repeat as in the last?',
  limit: `mean response time changes by ≤ ${limitPercent(DRIFT_LIMIT)}, or as chance explains`,
  tag: 'drift',
  judge: (subject) => {
    const result = driftCheck(subject, coursesIn(subject.run));
    return result.state === 'passed' || !subject.run.isBusy
      ? result
      : { ...result, facts: { ...result.facts, isBusy: true } };
  },
  finding({ state, reason, facts = {} }) {
    const { from, beforeMs, leastMs = 0, mostMs = 0, isAlone = false, isResumed = false } = facts;
    const change = `mean response time ${changeText(facts)}.`;
    const apart = `Repeat ${from} differs from the others: mean response time ${formatFigure(beforeMs)} against ${formatFigure(leastMs)}–${formatFigure(mostMs)} ms.`;
    const against = isAlone ? '' : 'against the others ';
    const range = `Its mean response time was ${formatFigure(leastMs)} to ${formatFigure(mostMs)} ms in its repeats`;
    switch (reason ?? state) {
      case 'few-repeats':
        return 'Too few repeats to tell a drift from chance.';
      case 'no-correct-answer':
        return 'A repeat has no correct answer.';
      case CONTESTED:
        return `${facts.leastMs === undefined ? `Changed ${against}${whenText(facts)}: ${change}` : apart} ${isAlone ? 'The server' : 'One of them'} did, or the machine, which changed for the load generator and middleware.`;
      case 'slow-start':
        return apart;
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
        return `${range}${isWide ? `, which may be chance${isResumed ? ' or the pause before the run was resumed' : ''}` : ''}.`;
      }
    }
  },
  advice(result) {
    if (result.state === 'unknown') return undefined;
    return mayBeMachine(result) ? 'Close other programs and measure again.' : adviceIfOwn(result);
  },
};
