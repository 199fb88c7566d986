import { MAX_CPU_SHARE } from '../../load/self-check.ts';
import type { LoadResult } from '../../load/result.ts';
import { formatPercent } from '../../wording/format-number.ts';
import type { CompletedCell } from '../../results/record.ts';
import type { GateResult } from './gate.ts';

/** Cores that the engine can use. An older record of k6 does not tell; the embedded engine has one thread. */
const coresOf = ({ generator, self }: LoadResult): number | undefined =>
  self.cores ?? (generator === 'embedded' ? 1 : undefined);

/** Whether the load engine had processor time to spare, in the busiest of the repeats. */
export const generatorCpuGate = (cells: readonly CompletedCell[]): GateResult => {
  const limit = MAX_CPU_SHARE;
  // Below the limit of one core it does not matter how many there are.
  const uses = cells.map(({ load }) => ({
    share: load.self.cpuShare / (coresOf(load) ?? 1),
    isKnown: coresOf(load) !== undefined || load.self.cpuShare <= limit,
    cores: coresOf(load) ?? 1,
  }));
  if (uses.some(({ isKnown }) => !isKnown)) {
    return {
      gate: 'generator-cpu',
      state: 'unknown',
      finding: 'The record does not tell how many cores the load engine had.',
      advice: 'Measure anew with this version.',
    };
  }
  const busiest = uses.reduce((most, one) => (one.share > most.share ? one : most), {
    share: 0,
    cores: 1,
  });
  const figure = busiest.share;
  const of = busiest.cores === 1 ? 'its core' : `its ${busiest.cores} cores`;
  const finding = `The load engine used ${formatPercent(figure)} % of ${of}; limit ${formatPercent(limit)} %.`;
  return figure <= limit
    ? { gate: 'generator-cpu', state: 'passed', figure, limit, finding }
    : {
        gate: 'generator-cpu',
        state: 'failed',
        figure,
        limit,
        finding,
        advice: 'Send the load with k6, or from a larger node.',
      };
};
