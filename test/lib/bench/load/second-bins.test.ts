import { OUTCOME } from '../../../../lib/bench/load/outcome.ts';
import { binBySecond } from '../../../../lib/bench/load/summarise-samples.ts';

describe('The bins', () => {
  it('count answers and failures in the second in which they happened', () => {
    const bins = binBySecond(
      [
        { plannedMs: 990, sentMs: 990, doneMs: 1010, image: 0, outcome: OUTCOME.succeeded },
        { plannedMs: 1010, sentMs: 1010, doneMs: 1020, image: 0, outcome: OUTCOME.succeeded },
        { plannedMs: 1020, sentMs: 1020, doneMs: 1060, image: 0, outcome: OUTCOME.succeeded },
        { plannedMs: 1500, sentMs: 1500, doneMs: 2100, image: 0, outcome: OUTCOME.reset },
        { plannedMs: 2400, sentMs: 2400, doneMs: NaN, image: 0, outcome: OUTCOME.unfinished },
      ],
      { loop: 'closed', startMs: 1000, endMs: 2500 },
    );
    expect(bins).toEqual([
      { second: 0, succeeded: 3, failed: 0, p50Ms: 20 },
      { second: 1, succeeded: 0, failed: 1 },
    ]);
  });
});
