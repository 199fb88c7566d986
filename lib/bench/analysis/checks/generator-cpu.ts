import { MAX_CPU_SHARE } from '../../load/self-check.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { formatPercent, limitPercent } from '../../wording/format-number.ts';
import type { CheckResult } from '../summary-row.ts';
import { passedIf, type Check } from './check.ts';

type GeneratorCpuFacts = { readonly cores?: number };

/** Whether the load generator had CPU time to spare, even in its busiest repeat. */
export const generatorCpuCheck = (
  measurements: readonly CompletedMeasurement[],
): CheckResult<GeneratorCpuFacts> => {
  const limit = MAX_CPU_SHARE;
  const [{ share: figure, cores } = { share: 0, cores: 1 }] = measurements
    .map(({ load: { self } }) => ({ share: self.cpuShare / self.cores, cores: self.cores }))
    .toSorted((a, b) => b.share - a.share);
  const result = { check: 'generator-cpu', figure, limit, facts: { cores } };
  return passedIf(figure <= limit, result, 'at-limit');
};

export const generatorCpu: Check<GeneratorCpuFacts> = {
  name: 'generator-cpu',
  title: 'Generator CPU',
  asks: 'Did the load generator have CPU time to spare?',
  limit: `≤ ${limitPercent(MAX_CPU_SHARE)} of the cores that it can use`,
  tag: 'generator cpu',
  judge: ({ repeats }) => generatorCpuCheck(repeats),
  finding: ({ figure, facts: { cores = 1 } = {} }) =>
    `The load generator used ${formatPercent(figure)} % of ${cores === 1 ? 'its core' : `its ${cores} cores`}; limit ${limitPercent(MAX_CPU_SHARE)}.`,
  advice: () =>
    'Send the load from a larger machine, with fewer virtual users or smaller inputs; k6 uses several cores, but only for images.',
};
