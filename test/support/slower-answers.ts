import { readDistribution, bucketValue } from '../../lib/bench/stats/histogram.ts';
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import type { CompletedMeasurement } from '../../lib/bench/model/record.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { loadResult, withMeasurements } from './recorded-run.ts';

const latenciesOf = ({ histogram }: LoadResult): readonly number[] => {
  const { indexes, upTo } = readDistribution(histogram);
  return [...indexes].flatMap((bucket, index) => {
    const count = (upTo[index] ?? 0) - (upTo[index - 1] ?? 0);
    return Array.from({ length: count }, () => bucketValue(bucket) / 1000);
  });
};

/** Multiplies the response times of measurements by a factor. Rates and no-op limits stay the same. */
export const withSlowerAnswers = (
  data: RunData,
  factorOf: (measurement: CompletedMeasurement) => number,
): RunData =>
  withMeasurements(data, (record) => {
    const { load, measurement } = record;
    if (measurement.engine === 'noop') return record;
    const factor = factorOf(record);
    const { latency, histogram } = loadResult(
      latenciesOf(load).map((ms) => ms * factor),
      load.durationSeconds,
    );
    return { ...record, load: { ...load, latency, histogram } };
  });
