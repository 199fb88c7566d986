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
});
