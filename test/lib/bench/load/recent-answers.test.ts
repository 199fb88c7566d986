import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';
import { RecentAnswers } from '../../../../lib/bench/load/progress.ts';

describe('The recent answers', () => {
  it('begin again at each look, but for the failures', () => {
    const recent = new RecentAnswers();
    expect(recent.take()).toEqual({ succeeded: 0, p50Ms: null });
    [5, 1, 9].forEach((latencyMs) => recent.add(OUTCOME.succeeded, latencyMs));
    recent.add(OUTCOME.reset, 700);
    expect(recent.take()).toEqual({ succeeded: 3, p50Ms: 5 });
    expect(recent.take()).toEqual({ succeeded: 0, p50Ms: null });
    expect(recent.failed).toBe(1);
  });

  it('take the median over the latest, however many came', () => {
    const recent = new RecentAnswers();
    for (let answer = 0; answer < 5000; answer += 1) {
      recent.add(OUTCOME.succeeded, answer < 4000 ? 1000 : 2);
    }
    expect(recent.take()).toEqual({ succeeded: 5000, p50Ms: 2 });
  });
});
