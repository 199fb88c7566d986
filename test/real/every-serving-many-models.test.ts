import { describeRestart, observeOnDemand, startWithBroken } from './support/many-models.ts';

// These need the large environment of workers; many-models.test.ts has the others.

describe('Many models on a real server that serves those of its start', () => {
  // Four of LitServe, and one for each model.
  describeRestart('litserve', { processes: 7, unknown: /"Not Found"/ });

  it('litserve becomes ready with a truncated file in its list, answers, and ends', async () => {
    const { answers, end } = await startWithBroken('litserve', async ({ ended }, answered) => ({
      answers: answered.slice(0, 2),
      end: await ended,
    }));

    expect({ answers, code: end.code }).toEqual({ answers: [1, 2], code: 'BENCH_SERVING_DIED' });
  });
});

describe('Many models on a real server that loads them at the first request', () => {
  it('ray_serve', async () => {
    const observed = await observeOnDemand('ray_serve');

    expect(observed).toEqual({
      how: 'on-demand',
      loadsOver: [],
      calls: [undefined, undefined, undefined],
      unknown: {
        status: 404,
        text: expect.stringContaining("there is no model 'head-2'") as string,
      },
      loads: [
        ['known', 2],
        ['known', 3],
      ],
      // It does not say why.
      broken: ['known', { status: 500, text: 'Internal Server Error' }],
      besideBroken: [1, 2, 3],
      repaired: ['known', 4],
      replaced: ['known', 4],
      furtherProcesses: 0,
    });
  });
});
