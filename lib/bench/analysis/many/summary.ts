import type { Asked, CompletedMany, Reading } from '../../model/many-models.ts';
import type { Plan } from '../../model/plan.ts';
import type { ResultRecord } from '../../model/record.ts';
import type { Estimate } from '../../stats/interval.ts';
import { meanOf, medianOf, sum } from '../../stats/moments.ts';
import { studentTQuantile } from '../../stats/probability.ts';
import { slopeOf } from '../../stats/trend.ts';
import type { ManyServer, ManySummary, Refusal } from './many-types.ts';

const CONFIDENCE = 0.95;
const BUDGET_MIB = 4096;
/** How far the slope is trusted, as a multiple of the models that were measured. */
export const BEYOND = 10;
/** What is left of memory, or added to it, as a share. */
const LITTLE = 0.2;
/** The memory of a server at rest changes by less than this. */
const NOISE_MIB = 1;
const WAITS = 0.5;
const GOES_ON = 0.1;
/** The longest share of its core that the load generator may use. */
const GENERATOR_SHARE = 0.5;
const BRACKETS = 1.1;
const CLEAR_MS = 1000;

/** How a figure grows with the number of models, with its interval. */
const perModel = (
  readings: readonly Reading[],
  valueOf: (reading: Reading) => number,
): Estimate | undefined => {
  if (new Set(readings.map(({ models }) => models)).size < 3) return undefined;
  const points = readings.map((reading) => ({ group: '', x: reading.models, y: valueOf(reading) }));
  const { slope, standardError, degreesOfFreedom } = slopeOf(points);
  const half = studentTQuantile((1 + CONFIDENCE) / 2, degreesOfFreedom) * standardError;
  return {
    value: slope,
    interval: { low: slope - half, high: slope + half, confidence: CONFIDENCE },
  };
};

/** Whether memory comes back when models are unloaded; undefined if they are too small to tell. */
const afterUnloadOf = (
  { readings, afterUnload, cycles }: CompletedMany,
  perModelMiB: number,
  perCycle: number,
): ManyServer['memory']['afterUnload'] => {
  const [first] = readings;
  const last = cycles.at(-1);
  if (first === undefined || afterUnload === undefined || last === undefined) return undefined;
  const added = Math.max(...readings.map(({ MiB }) => MiB)) - first.MiB;
  const cameAndWent = perModelMiB * perCycle * cycles.length;
  if (Math.min(added, cameAndWent) < 2 * NOISE_MIB) return undefined;
  if (afterUnload.MiB - first.MiB < LITTLE * added) return 'returned';
  const grown = last.MiB - afterUnload.MiB;
  return grown < Math.max(LITTLE * cameAndWent, NOISE_MIB) ? 'kept-and-reused' : 'grows';
};

const NAMES_ABSENCE =
  /not (been )?(found|loaded|registered|available|exist|ready)|unknown|no such|does not exist/i;

const refusalOf = (asked: Asked | undefined): Refusal | undefined => {
  if (asked === undefined) return undefined;
  const { outcome, status, ms, text = '' } = asked;
  const kindOf = (): Refusal['kind'] => {
    if (outcome !== 'failed' || status === '200') return 'answers';
    if (status === 'timeout') return 'hangs';
    return ms <= CLEAR_MS && (/^4\d\d$/.test(status) || NAMES_ABSENCE.test(text))
      ? 'clear'
      : 'vague';
  };
  return { kind: kindOf(), status, ms };
};

const brokenOf = ({ broken, how, stopped }: CompletedMany): ManyServer['errors']['broken'] => {
  if (broken === undefined) return undefined;
  const { load, others, repaired, later } = broken;
  const isCold = how === 'restart';
  const kindOf = (): NonNullable<ManyServer['errors']['broken']>['kind'] => {
    if (isCold) return load.answerMs === undefined ? 'not-started' : 'accepted';
    if (repaired === undefined || stopped?.why === 'died') return 'died';
    if (load.status === 'timeout') return 'hangs';
    return load.callMs === undefined || /^2\d\d$|^OK$/.test(load.status ?? '')
      ? 'accepted'
      : 'refused';
  };
  return {
    kind: kindOf(),
    othersRight: others.length === 0 && kindOf() !== 'died',
    laterLoads: (later ?? repaired)?.answerMs !== undefined,
    repaired: repaired?.answerMs !== undefined,
  };
};

const neighbourOf = (record: CompletedMany): ManyServer['neighbour'] => {
  const { ratePerSecond, loads, control, during, slow, burn, how } = record;
  const burnMs = Math.max(control.longestMs, burn?.longestMs ?? 0);
  const [slowest] = slow
    .filter(({ answerMs }) => answerMs !== undefined)
    .toSorted((a, b) => b.neighbour.longestMs - a.neighbour.longestMs);
  const found =
    slowest?.answerMs === undefined
      ? undefined
      : { loadMs: slowest.answerMs, silenceMs: slowest.neighbour.longestMs, burnMs };
  const loadingOf = (): ManyServer['neighbour']['loading'] => {
    if (how === 'restart') return 'restart';
    // A load that is as short as what the machine does alone tells nothing.
    if (found === undefined || burnMs > WAITS * found.loadMs) return 'unclear';
    const share = (found.silenceMs - burnMs) / found.loadMs;
    if (share >= WAITS) return 'waits';
    return share <= GOES_ON ? 'goes-on' : 'unclear';
  };
  return {
    ratePerSecond,
    longestMs: Math.max(0, ...loads.map(({ neighbour }) => neighbour.longestMs)),
    failed: sum(loads.map(({ neighbour }) => neighbour.failed)),
    controlMs: control.longestMs,
    p99Ms: during.p99Ms,
    controlP99Ms: control.p99Ms,
    slow: found,
    loading: loadingOf(),
  };
};

const spreadOf = ({ spread }: CompletedMany): ManyServer['spread'] =>
  spread.map(({ models, one, uniform, zipf, generatorShare }) => {
    const rate = meanOf(one);
    if (Math.max(...one) > BRACKETS * Math.min(...one)) return { models, withheld: 'unsteady' };
    if (generatorShare > GENERATOR_SHARE) return { models, withheld: 'generator' };
    return { models, uniform: uniform / rate, zipf: zipf / rate };
  });

const serverOf = (record: CompletedMany): ManyServer => {
  const { target, over, how, note, readings, loads, asked, spread } = record;
  const { single, stopped, listed, control, during, slow } = record;
  const perModelMiB = perModel(readings, ({ MiB }) => MiB);
  const baseMiB = readings[0]?.MiB ?? 0;
  const answerMs = loads.flatMap((load) => load.answerMs ?? []);
  const held = Math.max(0, ...readings.map(({ models }) => models));
  const perCycle = Math.min(10, held - 1);
  const mixedUp = asked.wrong.flatMap(({ model, answeredBy }) =>
    answeredBy === undefined ? [] : [{ asked: model, answeredBy }],
  );
  return {
    target,
    over,
    how,
    note,
    held,
    stopped,
    mixedUp,
    wrong:
      asked.wrong.length -
      mixedUp.length +
      sum(
        [...spread, control, during, ...slow.map(({ neighbour }) => neighbour)].map(
          ({ wrong }) => wrong,
        ),
      ),
    answers: asked.answers,
    listsOthers: listed === undefined || listed.listed === listed.models ? undefined : listed,
    memory: {
      baseMiB,
      perModelMiB,
      fits:
        perModelMiB === undefined || perModelMiB.value <= 0
          ? undefined
          : Math.min(
              BEYOND * held,
              Math.max(0, Math.floor(1 + (BUDGET_MIB - baseMiB) / perModelMiB.value)),
            ),
      perServerMiB: single.length === 0 ? undefined : meanOf(single.map(({ MiB }) => MiB)),
      processesPerModel: perModel(readings, ({ processes }) => processes)?.value ?? 0,
      threadsPerModel: perModel(readings, ({ threads }) => threads)?.value ?? 0,
      points: readings,
      afterUnload: perModelMiB && afterUnloadOf(record, perModelMiB.value, perCycle),
      isSameProcess: record.isSameProcess,
    },
    load: {
      medianMs: answerMs.length === 0 ? undefined : medianOf(answerMs),
      worstMs: answerMs.length === 0 ? undefined : Math.max(...answerMs),
      tooEarly: loads.filter(({ isReadyTooEarly }) => isReadyTooEarly).length,
      failed: loads.length - answerMs.length,
    },
    neighbour: neighbourOf(record),
    spread: spreadOf(record),
    errors: {
      unknown: refusalOf(record.unknown),
      unloaded: refusalOf(record.unloaded),
      broken: brokenOf(record),
    },
    leftOver: record.leftOver,
  };
};

const slope = ({ memory }: ManyServer): number => memory.perModelMiB?.value ?? Infinity;

/** How the servers of a run hold many models; undefined for other runs. */
export const manyOf = (
  { many, targets }: Pick<Plan, 'many' | 'targets'>,
  records: readonly ResultRecord[],
): ManySummary | undefined => {
  if (many === undefined) return undefined;
  const measured = records.filter((record) => record.kind === 'many-models');
  const completed = measured.filter((record) => record.state === 'completed');
  const idOf = ({ target, over }: (typeof measured)[number]): string =>
    JSON.stringify([target, over]);
  const ids = new Set(completed.map(idOf));
  const failed = measured.filter((record) => record.state === 'failed' && !ids.has(idOf(record)));
  const servings = new Set(measured.map(({ target }) => target.serving));
  return {
    planned: many.counts.at(-1) ?? 1,
    servers: completed.map(serverOf).toSorted((a, b) => slope(a) - slope(b)),
    failed: failed.flatMap((record) =>
      record.state === 'failed'
        ? [{ target: record.target, over: record.over, message: record.message }]
        : [],
    ),
    missing: targets.filter(({ serving }) => !servings.has(serving)).length,
  };
};
