import { SERVING_TIMES } from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import { judgeGenerator } from '../load/self-check.ts';
import type { LoadResult, PhaseSummary } from '../model/load-result.ts';
import type { CompletedMeasurement } from '../model/record.ts';
import { mergeHistograms } from '../stats/histogram.ts';
import { sum, weightedMean } from '../stats/moments.ts';
import { pooledRate, readHistogram } from './figures-over-repeats.ts';

type Blocks = readonly [CompletedMeasurement, ...(readonly CompletedMeasurement[])];

/** The sum of a figure that may be absent; undefined if it is absent everywhere. */
const sumKnown = (figures: readonly (number | undefined)[]): number | undefined => {
  const known = figures.flatMap((figure) => figure ?? []);
  return known.length === 0 ? undefined : sum(known);
};

/** The failures of several loads by class, without those that did not happen. */
export const mergeFailures = (
  loads: readonly Pick<LoadResult, 'failures'>[],
): LoadResult['failures'] => {
  const counts = new Map<string, number>();
  for (const { failures } of loads) {
    for (const [name, count] of Object.entries(failures)) {
      counts.set(name, (counts.get(name) ?? 0) + (count ?? 0));
    }
  }
  return Object.fromEntries([...counts].filter(([, count]) => count > 0));
};

const mergePhases = (loads: readonly LoadResult[]): LoadResult['phases'] => {
  const names = new Set(loads.flatMap(({ phases }) => Object.keys(phases)));
  return Object.fromEntries(
    [...names].map((name): readonly [string, PhaseSummary] => {
      const meanMs = weightedMean(
        loads.flatMap(({ phases, succeeded: weight }) => {
          const value = phases[name]?.meanMs;
          return value === undefined ? [] : [{ value, weight }];
        }),
      );
      return [name, { meanMs: meanMs ?? 0 }];
    }),
  );
};

const mergeBins = (loads: readonly LoadResult[]): LoadResult['bins'] =>
  loads.flatMap(({ bins }) => bins).map((bin, second) => ({ ...bin, second }));

const mergeLoads = (loads: readonly LoadResult[], [first]: Blocks): LoadResult => {
  const total = (of: (load: LoadResult) => number): number => sum(loads.map(of));
  const mean = (of: (load: LoadResult) => number, weightOf: (load: LoadResult) => number): number =>
    weightedMean(loads.map((load) => ({ value: of(load), weight: weightOf(load) }))) ?? 0;
  const most = (of: (load: LoadResult) => number): number => Math.max(...loads.map(of));
  const succeeded = total((load) => load.succeeded);
  const failed = total((load) => load.failed);
  const durationSeconds = total((load) => load.durationSeconds);
  const unsent = total((load) => load.unsent);
  const delayedShare = mean(
    (load) => load.delayedShare,
    (load) => load.offered,
  );
  return {
    generator: first.load.generator,
    startedAt: first.load.startedAt,
    durationSeconds,
    succeeded,
    failed,
    failures: mergeFailures(loads),
    wrongAnswers: sumKnown(loads.map((load) => load.wrongAnswers)),
    notUnderstood: sumKnown(loads.map((load) => load.notUnderstood)),
    requestRatePerSecond: pooledRate(loads),
    failedShare: succeeded + failed === 0 ? 0 : failed / (succeeded + failed),
    offered: total((load) => load.offered),
    unsent,
    answers: total((load) => load.answers),
    delayedShare,
    meanInFlight:
      first.load.meanInFlight === undefined
        ? undefined
        : mean(
            (load) => load.meanInFlight ?? 0,
            (load) => load.durationSeconds,
          ),
    ...mergeHistograms(
      loads.map(({ histogram }) =>
        readHistogram(`the measurement "${first.measurement.id}"`, histogram),
      ),
    ),
    bins: mergeBins(loads),
    phases: mergePhases(loads),
    self: judgeGenerator({
      cpuMs: total((load) => load.self.cpuMs),
      cores: first.load.self.cores,
      windowMs: durationSeconds * 1000,
      eventLoopLagP99Ms: most((load) => load.self.eventLoopLagP99Ms),
      eventLoopLagMaxMs: most((load) => load.self.eventLoopLagMaxMs),
      delayedShare,
      unsent,
    }),
  };
};

/** The times that a serving reported in all blocks; its reason if it did not in one of them. */
const mergeServing = (blocks: Blocks): CompletedMeasurement['serving'] => {
  const reports = blocks.flatMap(({ serving }) => serving ?? []);
  const reported = reports.filter((serving) => serving.state === 'reported');
  if (reported.length < blocks.length) return reports.find(({ state }) => state === 'unreported');
  return {
    state: 'reported',
    count: sum(reported.map(({ count }) => count)),
    ...Object.fromEntries(
      SERVING_TIMES.flatMap((time) => {
        const ms = sumKnown(reported.map((serving) => serving[time]));
        return ms === undefined ? [] : [[time, ms]];
      }),
    ),
  };
};

/** What the serving used in all blocks; undefined if that is unknown for one of them. */
const mergeUse = (blocks: Blocks): CompletedMeasurement['servingUse'] => {
  const uses = blocks.flatMap(({ servingUse }) => servingUse ?? []);
  if (uses.length < blocks.length) return undefined;
  return {
    cpuMs: sum(uses.map(({ cpuMs }) => cpuMs)),
    waitMs: sumKnown(uses.map(({ waitMs }) => waitMs)),
    answers: sum(uses.map(({ answers }) => answers)),
  };
};

/**
 * The windows of all blocks of a repeat as one measurement, whose figures are those of all windows together: the rate is the sum of what
 * was answered ÷ the sum of their lengths, percentiles are those of all answers.
 *
 * @param blocks of one target at one level in one repeat
 * @throws BenchError `BENCH_DAMAGED` if a histogram cannot be read
 */
export const mergeBlocks = (blocks: Blocks): CompletedMeasurement => {
  const [first] = blocks;
  if (blocks.length === 1) return first;
  return {
    ...first,
    finishedAt: blocks.at(-1)?.finishedAt ?? first.finishedAt,
    start: blocks.find(({ start }) => start !== undefined)?.start,
    load: mergeLoads(
      blocks.map(({ load }) => load),
      blocks,
    ),
    middleware: {
      cpuMs: sum(blocks.map(({ middleware }) => middleware.cpuMs)),
      busiestCpuShare: Math.max(...blocks.map(({ middleware }) => middleware.busiestCpuShare)),
    },
    servingUse: mergeUse(blocks),
    othersCpuShare: weightedMean(
      blocks.flatMap(({ othersCpuShare: value, load }) =>
        value === undefined ? [] : [{ value, weight: load.durationSeconds }],
      ),
    ),
    serving: mergeServing(blocks),
    bypass: blocks.find(({ bypass }) => bypass !== undefined)?.bypass,
  };
};
