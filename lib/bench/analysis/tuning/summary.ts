import { SETTING_NAMES, type GivenSettings } from '../../../../serving-configs/settings.ts';
import { targetId, type Target } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import type { CompletedMeasurement, ResultRecord } from '../../model/record.ts';
import { settingsOfServers } from '../../plan/tuning.ts';
import type { Interval } from '../../stats/interval.ts';
import { decide, FAMILY_ERROR, type Decision } from '../../stats/judgement.ts';
import { medianOf, sum } from '../../stats/moments.ts';
import type { LogRatio } from '../../stats/noise.ts';
import { studentTQuantile } from '../../stats/probability.ts';
import { usdPerMillion } from '../costs.ts';
import { rigLimitInTrial } from '../slo/search.ts';
import type { Price, SearchReason } from '../slo-types.ts';
import { isKept, limitRateOf, type LimitRate } from './limit-rate.ts';
import { triedRateOf, tunedPlanOf, tuningProgress, type Searching } from './progress.ts';
import type { SettingEffect, TunedFinal, TunedServer, TuningSummary } from './tuning-types.ts';

const CONFIDENCE = 0.95;

/** Inputs of a computation, by the server's own counts; undefined if it does not count. */
export const meanBatchOf = (records: readonly CompletedMeasurement[]): number | undefined => {
  const counts = records.flatMap(({ computed, serving }) => {
    if (computed !== undefined) return [computed];
    return serving?.state === 'reported' && serving.computations !== undefined
      ? [{ inputs: serving.count, computations: serving.computations }]
      : [];
  });
  const computations = sum(counts.map((count) => count.computations));
  return computations === 0 ? undefined : sum(counts.map(({ inputs }) => inputs)) / computations;
};

/** The median p99 of the trials that kept the limit. */
const p99Of = (records: readonly CompletedMeasurement[], p99Ms: number): number | undefined => {
  const kept = records.filter((record) => isKept(triedRateOf(record, p99Ms)));
  return kept.length === 0 ? undefined : medianOf(kept.map(({ load }) => load.latency.p99Ms));
};

/** Why the rig may have been the limit; undefined if it kept up in most windows. */
const limitOf = (
  records: readonly CompletedMeasurement[],
  p99Ms: number,
): SearchReason | undefined => {
  const limits = records.flatMap((record) => rigLimitInTrial(record, p99Ms) ?? []);
  return limits.length > records.length / 2 ? limits[0] : undefined;
};

const intervalOf = (
  { ratePerSecond, standardError }: LimitRate,
  repeats: number,
): Interval | undefined => {
  if (standardError === undefined) return undefined;
  const t = studentTQuantile((1 + CONFIDENCE) / 2, repeats - 1);
  const factor = Math.exp(t * standardError);
  return { low: ratePerSecond / factor, high: ratePerSecond * factor, confidence: CONFIDENCE };
};

const finalOf = (
  { target, finals, finalRates, searchedRate }: Searching,
  p99Ms: number,
  price: Price | undefined,
): TunedFinal | undefined => {
  const trials = finals.map((record) => triedRateOf(record, p99Ms));
  const found = limitRateOf(finalRates);
  if (found === undefined) return undefined;
  const { ratePerSecond: value, standardError } = found;
  const memory = finals.flatMap(({ servingUse }) => servingUse?.memoryMiB ?? []);
  return {
    settings: target.settings ?? 'default',
    requestRatePerSecond: { value, interval: intervalOf(found, finalRates.length) },
    repeats: finalRates.length,
    standardError,
    searchedRatePerSecond: searchedRate,
    p99Ms: p99Of(finals, p99Ms),
    requests: sum(trials.map(({ requests }) => requests)),
    overLimit: sum(trials.map(({ overLimit }) => overLimit)),
    meanBatch: meanBatchOf(finals),
    memoryMiB: memory.length === 0 ? undefined : Math.max(...memory),
    usdPerMillion: price && usdPerMillion(price.usdPerHour, value),
    limitedBy: limitOf(finals, p99Ms),
  };
};

/** How the rates of two finals differ; undefined if one of them has a single repeat. */
const ratioOf = (first: TunedFinal, second: TunedFinal): LogRatio | undefined =>
  first.standardError === undefined || second.standardError === undefined
    ? undefined
    : {
        mean: Math.log(first.requestRatePerSecond.value / second.requestRatePerSecond.value),
        standardError: Math.hypot(first.standardError, second.standardError),
        degreesOfFreedom: first.repeats + second.repeats - 2,
        repeats: Math.min(first.repeats, second.repeats),
      };

const isGiven = (
  of: Searching,
): of is Searching & { readonly target: { settings: GivenSettings } } =>
  of.target.settings !== undefined && of.target.settings !== 'default';

/** How much each setting changes the rate of virtual users at most, between settings that differ in nothing else. */
const effectsOf = (searching: readonly Searching[]): readonly SettingEffect[] => {
  const rated = searching.filter(isGiven).flatMap(({ target: { settings }, ladderRates }) => {
    const [rate] = ladderRates;
    return rate === undefined ? [] : [{ settings, rate }];
  });
  return SETTING_NAMES.flatMap((setting): readonly SettingEffect[] => {
    const ratios = rated.flatMap((one) =>
      rated.flatMap((other) => {
        const differ = SETTING_NAMES.filter((name) => one.settings[name] !== other.settings[name]);
        return differ.length === 1 && differ[0] === setting && one.rate >= other.rate
          ? [one.rate / other.rate]
          : [];
      }),
    );
    return ratios.length === 0 ? [] : [{ setting, most: Math.max(...ratios) - 1 }];
  }).toSorted((a, b) => b.most - a.most);
};

/** Batches of this size on average are none. */
const NO_BATCH = 1.05;

const neverBatched = (searching: readonly Searching[]): boolean => {
  const batching = searching
    .filter(isGiven)
    .filter(({ target }) => target.settings.maxBatch > 1)
    .flatMap(({ records, finals }) => meanBatchOf([...records, ...finals]) ?? []);
  return batching.length > 0 && batching.every((mean) => mean < NO_BATCH);
};

/** A server with its finals, before it is judged. */
interface Measured {
  readonly target: Target;
  readonly searching: readonly Searching[];
  readonly finals: readonly TunedFinal[];
  readonly fastest: TunedFinal | undefined;
  readonly usual: TunedFinal | undefined;
  /** The fastest against the defaults; undefined if these are the fastest, or one of the two rates is not known. */
  readonly gain: LogRatio | undefined;
}

const rateOf = (final: TunedFinal | undefined): number => final?.requestRatePerSecond.value ?? 0;

const measuredOf = (
  target: Target,
  searching: readonly Searching[],
  p99Ms: number,
  price: Price | undefined,
): Measured => {
  const finals = searching
    .filter(({ out }) => out === undefined)
    .flatMap((of) => finalOf(of, p99Ms, price) ?? [])
    .toSorted((a, b) => rateOf(b) - rateOf(a));
  const [fastest] = finals;
  const usual = defaultFinal({ finals });
  // Where the rig was the limit, the rate of the server is only known to be at least that.
  const isKnown = fastest !== undefined && usual !== undefined && usual.limitedBy === undefined;
  const gain = isKnown && fastest !== usual ? ratioOf(fastest, usual) : undefined;
  return { target, searching, finals, fastest, usual, gain };
};

/**
 * Judges a search for settings: each server's fastest setting against its defaults, and then the servers at their best against each other. All
 * these verdicts are made together. A setting is recommended only if it is known to be faster than the defaults.
 *
 * @returns undefined for a plan without such a search
 */
export const tuningOf = (
  plan: Pick<Plan, 'targets' | 'options' | 'tuning'>,
  records: readonly ResultRecord[],
  price: Price | undefined,
): TuningSummary | undefined => {
  const tuned = tunedPlanOf(plan);
  if (tuned === undefined) return undefined;
  const { p99Ms } = tuned.tuning;
  const { searching, next } = tuningProgress(tuned, records);
  const byId = new Map(searching.map((of) => [targetId(of.target), of]));
  const measured = [...settingsOfServers(plan.targets).values()]
    .flatMap((targets): readonly Measured[] => {
      const [target] = targets;
      const ofServer = targets.flatMap((each) => byId.get(targetId(each)) ?? []);
      return target === undefined ? [] : [measuredOf(target, ofServer, p99Ms, price)];
    })
    .toSorted((a, b) => rateOf(b.fastest) - rateOf(a.fastest));
  const pairs = measured.flatMap((first, at) =>
    measured
      .slice(at + 1)
      .filter(({ fastest }) => fastest !== undefined && fastest.limitedBy === undefined)
      .map((second) => ({ first, second })),
  );
  // Which setting is a server's best is not known yet, but how many comparisons there are.
  const comparisons = pairs.length + measured.filter(({ gain }) => gain !== undefined).length;
  const decideOne = (ratio: LogRatio): Decision => decide(ratio, FAMILY_ERROR / comparisons);
  const overDefaultOf = ({ gain }: Measured): Decision | undefined => gain && decideOne(gain);
  const bestOf = (server: Measured): TunedFinal | undefined =>
    overDefaultOf(server)?.judgement.kind === 'faster'
      ? server.fastest
      : (server.usual ?? server.fastest);
  return {
    p99Ms,
    isOver: next === undefined,
    servers: measured.map((server): TunedServer => {
      const best = bestOf(server);
      return {
        best: { ...server.target, settings: best?.settings ?? 'default' },
        tried: server.searching.length,
        out: server.searching.flatMap(({ target, out }) =>
          out === undefined ? [] : [{ settings: target.settings ?? 'default', reason: out }],
        ),
        finals: server.finals,
        overDefault: overDefaultOf(server),
        keepsDefault: best?.settings === 'default',
        effects: effectsOf(server.searching),
        neverBatched: neverBatched(server.searching),
      };
    }),
    verdicts: pairs.flatMap(({ first, second }) => {
      const [a, b] = [bestOf(first), bestOf(second)];
      if (a === undefined || b === undefined) return [];
      const ratio = ratioOf(a, b);
      if (ratio === undefined) return [];
      return {
        first: { ...first.target, settings: a.settings },
        second: { ...second.target, settings: b.settings },
        ...decideOne(ratio),
      };
    }),
  };
};

/** The final of a server's defaults; undefined if they have none. */
export const defaultFinal = ({ finals }: Pick<TunedServer, 'finals'>): TunedFinal | undefined =>
  finals.find(({ settings }) => settings === 'default');

/** The final of the settings that are recommended; undefined if no setting keeps the limit. */
export const bestFinal = ({ best, finals }: TunedServer): TunedFinal | undefined =>
  finals.find(({ settings }) => targetId({ ...best, settings }) === targetId(best));

/** The fastest answer to a single user of all settings that miss the limit; undefined if one keeps it. */
export const fastestMiss = ({ servers }: TuningSummary): number | undefined => {
  const misses = servers.flatMap(({ out }) =>
    out.flatMap(({ reason }) => (reason.code === 'too-slow' ? [reason.p50Ms] : [])),
  );
  return servers.every(({ finals }) => finals.length === 0) && misses.length > 0
    ? Math.min(...misses)
    : undefined;
};
