import type { Summary } from '../../lib/bench/analysis/summary.ts';
import type { Verdict } from '../../lib/bench/analysis/verdict-types.ts';

/** What a test changes of a verdict. */
export type Judged = Pick<Verdict, 'judgement' | 'ratio' | 'repeatsAnew'>;

/** A run whose verdicts are changed. */
export const judgedRun = (
  { headline, ...summary }: Summary,
  change: (verdict: Verdict) => Judged,
): Summary => {
  if (headline === undefined) throw new Error('no verdicts');
  const verdicts = headline.verdicts.map((verdict) => ({ ...verdict, ...change(verdict) }));
  return { ...summary, headline: { ...headline, verdicts } };
};

export const ratioBetween = (low: number, high: number) => ({
  value: Math.sqrt(low * high),
  interval: { low, high, confidence: 0.99 },
});

export const noisy = { judgement: { kind: 'noisy' }, ratio: ratioBetween(0.9, 1.2) } as const;
