import { generatorCpuGate } from '../../../../../lib/bench/analysis/gates/generator-cpu.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import type { CompletedCell } from '../../../../../lib/bench/model/record.ts';
import { cellOf, loadOf } from './gate-cells.ts';

const used = (
  cpuShare: number,
  cores: number,
  generator: LoadResult['generator'] = 'embedded',
): CompletedCell => {
  const load = loadOf(100, 20, { generator });
  return cellOf({ ...load, self: { ...load.self, cpuShare, cores } });
};

describe('the gate of the generator’s processor', () => {
  it('passes up to its limit, and fails beyond it with what to do', () => {
    expect(generatorCpuGate([used(0.8, 1)])).toMatchObject({ state: 'passed', figure: 0.8 });
    expect(generatorCpuGate([used(0.81, 1)])).toEqual({
      gate: 'generator-cpu',
      state: 'failed',
      figure: 0.81,
      limit: 0.8,
      finding: 'The load engine used 81.0 % of its core; limit 80.0 %.',
      advice: 'Send the load with k6, or from a larger node.',
    });
  });

  it('holds an engine of several threads against all its cores', () => {
    expect(generatorCpuGate([used(3.2, 4, 'k6')]).state).toBe('passed');
    expect(generatorCpuGate([used(3.3, 4, 'k6')])).toMatchObject({
      state: 'failed',
      finding: 'The load engine used 82.5 % of its 4 cores; limit 80.0 %.',
    });
  });

  it('is of the busiest repeat', () => {
    const repeats = [used(0.1, 1), used(0.9, 1), used(0.2, 1)];

    expect(generatorCpuGate(repeats)).toMatchObject({ state: 'failed', figure: 0.9 });
  });
});
