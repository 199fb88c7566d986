import { RecentAnswers, Tally, PhaseMeans } from '../../../../lib/bench/load/tally.ts';
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

/** A tally of two virtual users, with a warm-up of 200 ms and a window of 500 ms. */
const tallyOf = (ends: readonly (readonly [user: number, doneMs: number])[]) => {
  const level = { loop: 'closed', virtualUsers: 2 } as const;
  const tally = new Tally({ level, warmupSeconds: 0.2, durationSeconds: 0.5, timeoutMs: 5000 });
  for (const [user, doneMs] of ends) tally.add(user, 0, 0, doneMs, 0, OUTCOME.succeeded, '');
  return tally;
};

describe('The measuring window', () => {
  it('begins at the end of the warm-up if every virtual user has had an answer by then', async () => {
    const tally = tallyOf([
      [0, 50],
      [1, 60],
    ]);

    expect(tally.window).toEqual({ startMs: 200, endMs: 700 });
    await expect(tally.windowOpened).resolves.toEqual(tally.window);
  });

  it('begins later if the first answer to a virtual user, or its failure, comes later', () => {
    const early = [0, 1, 2, 3].map((at) => [0, 80 * at] as const);

    expect(tallyOf(early).window).toBeUndefined();
    expect(tallyOf([...early, [1, 640]]).window).toEqual({ startMs: 640, endMs: 1140 });
  });
});

describe('The answers of a load', () => {
  it('are all answers of the warm-up, the window and afterwards, correct or not', () => {
    const tally = tallyOf([
      [0, 50],
      [1, 60],
    ]);
    const { connect, timeout, reset, wrongAnswer, notUnderstood } = OUTCOME;
    for (const outcome of [503, wrongAnswer, notUnderstood, connect, timeout, reset]) {
      tally.add(0, 600, 600, 800, 0, outcome, '');
    }
    tally.addUnsent(650, 0);
    const origin = { generator: 'embedded', startedAt: '' } as const;
    const result = tally.resultOf(origin, { cpuMs: 0, cores: 1 }, { p99Ms: 0, maxMs: 0 });

    expect(result).toMatchObject({ answers: 5, succeeded: 0, failed: 6, offered: 7 });
  });
});

describe('A Server-Timing header', () => {
  it.each([
    ['decode;dur=1.25, upstream;dur=30', { decode: 1.25, upstream: 30 }],
    ['a;dur=0,b;desc="x";dur=2', { a: 0, b: 2 }],
    ['a ; DUR = "2.5"', { a: 2.5 }],
    ['cache-hit, b;dur=2', { b: 2 }],
    ['a;dur=, b;desc=dur', {}],
    ['', {}],
  ])('is read from %j', (header, metrics) => {
    const phases = new PhaseMeans();
    phases.add(header);

    expect(phases.summarise()).toEqual(
      Object.fromEntries(Object.entries(metrics).map(([name, meanMs]) => [name, { meanMs }])),
    );
  });

  it('is averaged over all answers for each metric', () => {
    const phases = new PhaseMeans();
    for (let ms = 1; ms <= 100; ms += 1) phases.add(`decode;dur=${ms}, parse;dur=0.5`);

    expect(phases.summarise()).toEqual({ decode: { meanMs: 50.5 }, parse: { meanMs: 0.5 } });
  });
});
