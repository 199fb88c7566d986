import { generatorCpuCheck } from '../../../../../lib/bench/analysis/checks/generator-cpu.ts';
import type { LoadResult } from '../../../../../lib/bench/model/load-result.ts';
import type { CompletedMeasurement } from '../../../../../lib/bench/model/record.ts';
import { measurementOf, loadOf } from './check-measurements.ts';

const used = (
  cpuShare: number,
  cores: number,
  generator: LoadResult['generator'] = 'embedded',
): CompletedMeasurement => {
  const load = loadOf(100, 20, { generator });
  return measurementOf({ ...load, self: { ...load.self, cpuShare, cores } });
};

describe('the check of the generator’s processor', () => {
  it('passes up to its limit, and fails beyond it with what to do', () => {
    expect(generatorCpuCheck([used(0.8, 1)])).toMatchObject({ state: 'passed', figure: 0.8 });
    expect(generatorCpuCheck([used(0.81, 1)])).toEqual({
      check: 'generator-cpu',
      state: 'failed',
      figure: 0.81,
      limit: 0.8,
      finding: 'The load generator used 81.0 % of its core; limit 80.0 %.',
      advice: 'Send the load with k6, or from a larger node.',
    });
  });

  it('holds an engine of several threads against all its cores', () => {
    expect(generatorCpuCheck([used(3.2, 4, 'k6')]).state).toBe('passed');
    expect(generatorCpuCheck([used(3.3, 4, 'k6')])).toMatchObject({
      state: 'failed',
      finding: 'The load generator used 82.5 % of its 4 cores; limit 80.0 %.',
    });
  });

  it('is of the busiest repeat', () => {
    const repeats = [used(0.1, 1), used(0.9, 1), used(0.2, 1)];

    expect(generatorCpuCheck(repeats)).toMatchObject({ state: 'failed', figure: 0.9 });
  });
});
