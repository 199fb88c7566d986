import type { Histogram } from 'hdr-histogram-js';
import {
  decodeHistogram,
  encodeHistogram,
  mergeHistograms,
  summariseLatency,
} from './histogram.ts';
import { summarisePhase } from './phases.ts';
import type {
  FailureClass,
  GeneratorSelfCheck,
  LatencySummary,
  LoadResult,
  MergeableParts,
  PhaseSummary,
  SecondBin,
} from './result.ts';

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);

const mostOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  Math.max(...items.map(of));

/** Adds up numbers by name. */
const sumByName = <Name extends string>(
  all: readonly Readonly<Partial<Record<Name, number>>>[],
): Partial<Record<Name, number>> => {
  const sums: Partial<Record<Name, number>> = {};
  for (const [name, count] of all.flatMap((one) => Object.entries(one) as [Name, number][])) {
    sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
};

/** A median of a second cannot be had from medians: it stays only where one machine alone had answers in it. */
const mergeBins = (all: readonly (readonly SecondBin[])[]): readonly SecondBin[] =>
  (all[0] ?? []).map(({ second }) => {
    const bins = all.flatMap((machine) => machine[second] ?? []);
    const answered = bins.filter(({ succeeded }) => succeeded > 0);
    const [first] = answered;
    return {
      second,
      sent: sumOf(bins, ({ sent }) => sent),
      succeeded: sumOf(bins, ({ succeeded }) => succeeded),
      failed: sumOf(bins, ({ failed }) => failed),
      ...(answered.length === 1 && first?.p50Ms !== undefined ? { p50Ms: first.p50Ms } : {}),
      ...(answered.length === 0 ? {} : { maxMs: mostOf(answered, ({ maxMs = 0 }) => maxMs) }),
    };
  });

const mergePhases = (
  all: readonly MergeableParts['phases'][],
): Readonly<Record<string, PhaseSummary>> => {
  const names = new Set(all.flatMap((phases) => Object.keys(phases)));
  return Object.fromEntries(
    [...names].map((name) => {
      const parts = all.flatMap((phases) => phases[name] ?? []);
      const histogram = mergeHistograms(parts.map((part) => decodeHistogram(part.histogram)));
      return [
        name,
        summarisePhase(
          histogram,
          sumOf(parts, ({ sumMs }) => sumMs),
        ),
      ];
    }),
  );
};

/** The machines of one load are alike; where one tells nothing of its cores, the whole does not. */
const fewestCores = (all: readonly GeneratorSelfCheck[]): Pick<GeneratorSelfCheck, 'cores'> => {
  const known = all.flatMap(({ cores }) => cores ?? []);
  return known.length < all.length ? {} : { cores: Math.min(...known) };
};

/** The worst of all: one machine that was the limit makes the whole doubtful. */
const worstOf = (all: readonly GeneratorSelfCheck[]): GeneratorSelfCheck => {
  const reasons = all.flatMap(({ keptUp, reason }, index) =>
    keptUp ? [] : [`machine ${index + 1} of ${all.length}: ${reason ?? 'it did not keep up'}`],
  );
  return {
    cpuMs: mostOf(all, ({ cpuMs }) => cpuMs),
    cpuShare: mostOf(all, ({ cpuShare }) => cpuShare),
    ...fewestCores(all),
    eventLoopLagP99Ms: mostOf(all, ({ eventLoopLagP99Ms }) => eventLoopLagP99Ms),
    eventLoopLagMaxMs: mostOf(all, ({ eventLoopLagMaxMs }) => eventLoopLagMaxMs),
    keptUp: reasons.length === 0,
    ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
  };
};

/** With the exact ends, which the results have and an encoded histogram has not. */
const mergedLatency = (histogram: Histogram, all: readonly LatencySummary[]): LatencySummary => {
  const some = all.filter(({ count }) => count > 0);
  if (some.length === 0) return summariseLatency(histogram);
  return summariseLatency(histogram, {
    minMs: Math.min(...some.map(({ minMs }) => minMs)),
    maxMs: mostOf(some, ({ maxMs }) => maxMs),
  });
};

const meanOfFailed = (
  results: readonly LoadResult[],
  failed: number,
): Pick<LoadResult, 'failedMeanMs'> => ({
  failedMeanMs: sumOf(results, (one) => (one.failedMeanMs ?? 0) * one.failed) / failed,
});

/** Only where each of them that has unfinished requests tells how long they had waited. */
const mergedWaits = (results: readonly LoadResult[]): Pick<LoadResult, 'unfinishedWaits'> => {
  const known = results.flatMap(({ unfinishedWaits }) => unfinishedWaits ?? []);
  return known.length === 0 || known.length < results.filter((one) => one.unfinished > 0).length
    ? {}
    : { unfinishedWaits: encodeHistogram(mergeHistograms(known.map(decodeHistogram))) };
};

/** Of all machines together; a machine that does not tell it leaves the whole unknown. */
const inFlightOf = (results: readonly LoadResult[]): Pick<LoadResult, 'meanInFlight'> => {
  const known = results.flatMap(({ meanInFlight }) => meanInFlight ?? []);
  return known.length < results.length ? {} : { meanInFlight: sumOf(known, (one) => one) };
};

const sentInWindow = ({ offered, unsent }: LoadResult): number => offered - unsent;

/**
 * The result of a load that several machines sent in one window. Counts, rates and bytes add up, histograms are merged and
 * read anew, and the self-check is the worst; no percentile is made from others. Pure.
 *
 * @throws Error where the results are not of one load.
 */
export const mergeLoadResults = (results: readonly LoadResult[]): LoadResult => {
  const [first] = results;
  if (first === undefined) throw new Error('there is no load result to merge');
  const { generator, generatorVersion, durationSeconds } = first;
  const isOne = results.every(
    (one) =>
      one.generator === generator &&
      one.generatorVersion === generatorVersion &&
      one.durationSeconds === durationSeconds &&
      one.mergeable !== undefined,
  );
  if (!isOne) throw new Error('the load results are not of one load: engine or window differ');
  const histogram = mergeHistograms(results.map((one) => decodeHistogram(one.histogram)));
  const succeeded = sumOf(results, (one) => one.succeeded);
  const failed = sumOf(results, (one) => one.failed);
  const sent = sumOf(results, sentInWindow);
  const delayed = sumOf(results, (one) => one.delayedShare * sentInWindow(one));
  return {
    generator,
    ...(generatorVersion === undefined ? {} : { generatorVersion }),
    startedAt: results.map(({ startedAt }) => startedAt).toSorted()[0] ?? first.startedAt,
    durationSeconds,
    succeeded,
    failed,
    failures: sumByName<FailureClass>(results.map(({ failures }) => failures)),
    requestRatePerSecond: sumOf(results, (one) => one.requestRatePerSecond),
    failedShare: succeeded + failed === 0 ? 0 : failed / (succeeded + failed),
    offered: sumOf(results, ({ offered }) => offered),
    unsent: sumOf(results, ({ unsent }) => unsent),
    delayedShare: sent === 0 ? 0 : delayed / sent,
    unfinished: sumOf(results, ({ unfinished }) => unfinished),
    ...mergedWaits(results),
    ...inFlightOf(results),
    latency: mergedLatency(
      histogram,
      results.map(({ latency }) => latency),
    ),
    ...(failed === 0 ? {} : meanOfFailed(results, failed)),
    histogram: encodeHistogram(histogram),
    bins: mergeBins(results.map(({ bins }) => bins)),
    phases: mergePhases(
      results.flatMap(({ mergeable }) => (mergeable === undefined ? [] : [mergeable.phases])),
    ),
    answersByProcess: sumByName(results.map((one) => one.answersByProcess)) as Record<
      string,
      number
    >,
    bytesSent: sumOf(results, ({ bytesSent }) => bytesSent),
    bytesReceived: sumOf(results, ({ bytesReceived }) => bytesReceived),
    self: worstOf(results.map(({ self }) => self)),
  };
};
