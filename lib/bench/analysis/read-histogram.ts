import { BenchError } from '../model/errors.ts';
import { readDistribution, type Distribution } from '../stats/distribution.ts';

/**
 * The distribution of an encoded histogram.
 *
 * @param what it is of, for errors
 * @throws BenchError where it cannot be read
 */
export const readHistogram = (what: string, histogram: string): Distribution => {
  try {
    return readDistribution(histogram);
  } catch (error) {
    throw new BenchError(
      'BENCH_DAMAGED',
      `results.jsonl is damaged: the histogram of ${what} cannot be read`,
      {
        hint: 'delete that line, and its measurement runs again with --resume; or start a new run',
        cause: error,
      },
    );
  }
};
