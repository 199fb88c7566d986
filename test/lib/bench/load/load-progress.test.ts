import { RecentAnswers } from '../../../../lib/bench/load/load-progress.ts';
import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';

describe('The figures of the progress line', () => {
  it('are of all answers since the window began, however often they are drawn', () => {
    const recent = new RecentAnswers();
    recent.add(OUTCOME.succeeded, 500);
    recent.beginWindow();
    recent.add(OUTCOME.succeeded, 30);
    recent.figures();
    recent.add(OUTCOME.succeeded, 10);
    recent.add(OUTCOME.timeout, 1000);
    recent.add(OUTCOME.succeeded, 20);

    expect(recent.figures()).toEqual({ answers: 3, p50Ms: 20 });
    expect(recent.failed).toBe(1);
  });

  it('have no median before the first answer', () => {
    expect(new RecentAnswers().figures()).toEqual({ answers: 0, p50Ms: null });
  });
});
