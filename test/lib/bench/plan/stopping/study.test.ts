import { simulateHostile } from '../../../../bench/stopping/simulate-hostile.ts';
import { simulateStudy } from '../../../../bench/stopping/simulate-study.ts';

describe('early stopping on the published study, with a noise of 1 to 4 % between repeats', () => {
  // More of them: npm run bench:stopping
  const result = simulateStudy(20);

  it('takes at most a quarter of the 13.3 hours', () => {
    expect(result.fullWindowHours).toBeCloseTo(13.3, 1);
    expect(result.earlyWindowHours / result.fullWindowHours).toBeLessThan(0.25);
  });

  it('says a wrong word in at most one of twenty runs', () => {
    expect(result.earlyRunsWithWrongWord).toBeLessThanOrEqual(0.05);
  });

  it('never says another word than the full run where it measured, and rarely none', () => {
    expect(result.measured.contradicted).toBe(0);
    expect(result.measured.same).toBeGreaterThan(0.95);
  });

  it('keeps as many of the 560 words, with those that are carried, as another full run does', () => {
    expect(result.all.words).toBe(560);
    expect(result.all.contradicted).toBe(0);
    expect(result.all.same).toBeGreaterThan(result.again.same - 0.02);
    expect(result.all.same).toBeGreaterThan(0.9);
  });

  it('carries words of which at most one of twenty is wrong', () => {
    expect(result.carriedWords).toBeGreaterThan(300);
    expect(result.wrongCarriedShare).toBeLessThanOrEqual(0.05);
  });
});

describe('words that are carried where the truth is built against it', () => {
  it.each(['crossing', 'collapsing', 'humped', 'stepped', 'uneven'] as const)(
    'are wrong in at most one of twenty where curves are %s',
    (kind) => {
      const { carried, wrongShare } = simulateHostile(kind, 20);

      expect(carried).toBeGreaterThan(50);
      expect(wrongShare).toBeLessThanOrEqual(0.05);
    },
  );

  it('are wrong more often where a rate halves at one level that nobody measured: its limit, which the texts name', () => {
    const { wrongShare } = simulateHostile('dented', 20);

    expect(wrongShare).toBeGreaterThan(0.05);
    expect(wrongShare).toBeLessThan(0.2);
  });
});
