import type { CompletedCell, CompletedDirectCheck } from '../model/record.ts';
import { latenciesOf, mergedLatency } from './merged-latency.ts';
import { overRepeats, pooledRate } from './over-repeats.ts';
import { percentileSupport } from './percentile-support.ts';
import { readHistogram } from './read-histogram.ts';
import type { Direct, DirectFailure } from './summary-row.ts';
import { sum } from '../stats/moments.ts';

interface Checked {
  readonly cell: CompletedCell;
  readonly direct: CompletedDirectCheck;
}

/**
 * The direct checks of a row. Rates are pooled over the repeats that have one, on both sides; the share is the one rate ÷
 * the other; percentiles are of the merged histograms. Undefined where no repeat has one.
 */
export const directOf = (cells: readonly CompletedCell[]): Direct | undefined => {
  const checked = cells.flatMap((cell): Checked[] =>
    cell.direct?.state === 'completed' ? [{ cell, direct: cell.direct }] : [],
  );
  const checks = checked.map(({ direct }) => direct);
  const latencies = latenciesOf(
    checked.map(({ cell, direct }) =>
      readHistogram(`the direct check of the cell "${cell.cell.id}"`, direct.histogram),
    ),
  );
  const rate = pooledRate(checks);
  const requestRatePerSecond = overRepeats(
    rate,
    checks.map((check) => check.requestRatePerSecond),
  );
  const share = overRepeats(
    pooledRate(checked.map(({ cell }) => cell.load)) / rate,
    checks.map(({ rateShare }) => rateShare),
  );
  if (requestRatePerSecond === undefined || share === undefined || latencies === undefined) {
    return undefined;
  }
  const { count, p50Ms, p99Ms } = mergedLatency(latencies);
  return {
    repeats: checks.length,
    requestRatePerSecond,
    share,
    p50Ms,
    p99Ms,
    percentileSupport: percentileSupport(count),
    failed: sum(checks.map(({ failed }) => failed)),
    keptUp: checks.every(({ self }) => self.keptUp),
  };
};

/** The direct checks of a row that gave no figures. */
export const directFailuresOf = (cells: readonly CompletedCell[]): readonly DirectFailure[] =>
  cells.flatMap(({ cell, direct }) =>
    direct?.state === 'failed' ? [{ repeat: cell.repeat, reason: direct.reason }] : [],
  );
