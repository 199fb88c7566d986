import { manifestOf, servingNames } from '../../../../serving-configs/index.ts';
import { loadStatistics } from '../../../../serving-configs/protocols/statistics/load-statistics.ts';
import { readStatistics } from '../../../support/read-statistics.ts';

const telling = servingNames.filter((serving) => manifestOf(serving).statistics !== undefined);

describe('the statistics that the simulated server writes', () => {
  const counters = { count: 3, requestMs: 60, queueMs: 12, computeMs: 40 };
  const { queueMs, computeMs, ...whole } = counters;
  /** What a platform may call a request: all of it, or only what is in its queue and its compute. */
  const right: Readonly<Record<string, readonly number[]>> = {
    requestMs: [whole.requestMs, queueMs + computeMs],
    queueMs: [queueMs],
    computeMs: [computeMs],
  };

  it.each(telling)(
    'for %s are read as they were, as far as the platform tells them',
    async (serving) => {
      const statistics = await loadStatistics(serving);
      const written = statistics?.write(counters, manifestOf(serving).model.name);
      const { count, ...times } = await readStatistics(serving, written?.body ?? '');

      expect(count).toBe(3);
      expect(Object.keys(times)).not.toHaveLength(0);
      for (const [name, ms] of Object.entries(times)) {
        expect(right[name]).toContain(Math.round(ms * 1e6) / 1e6);
      }
    },
  );
});
