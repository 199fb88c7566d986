import { MLPERF_BOUND_MS } from '../../analysis/costs.ts';
import type { Summary } from '../../analysis/summary.ts';

/** A bound of p99, as charts draw it. */
export interface SloBound {
  readonly ms: number;
  /** Beside its line. */
  readonly label: string;
  /** What its line is, as a sentence. */
  readonly sentence: string;
  /** Somebody asked for it. */
  readonly isOwn: boolean;
}

/** The requested bounds, ascending; that of MLPerf Inference if there are none. */
export const sloBounds = ({
  plan,
  sloP99Ms: own = plan.options.sloP99Ms ?? [],
}: Pick<Summary, 'plan' | 'sloP99Ms'>): readonly SloBound[] => {
  if (own.length === 0) {
    return [
      {
        ms: MLPERF_BOUND_MS,
        label: `MLPerf: ${MLPERF_BOUND_MS} ms`,
        sentence: `Dotted: what MLPerf asks of ResNet-50, a p99 within ${MLPERF_BOUND_MS} ms.`,
        isOwn: false,
      },
    ];
  }
  return [...new Set(own)]
    .toSorted((a, b) => a - b)
    .map((ms) => ({
      ms,
      label: `SLO: ${ms} ms`,
      sentence: `Dotted: the objective, a p99 within ${ms} ms.`,
      isOwn: true,
    }));
};

/** A bound that nobody asked for and that lies far below every value would press them together. */
const MOST_BELOW = 4;

/** Those of the bounds that a chart of these values has room for. */
export const boundsBeside = (
  bounds: readonly SloBound[],
  values: readonly number[],
): readonly SloBound[] =>
  bounds.filter(({ ms, isOwn }) => isOwn || Math.min(...values) <= ms * MOST_BELOW);
