import { manifestOf, servingNames } from '../../../../serving-configs/index.ts';
import { countWhile } from '../../../conformance/count-while.ts';
import { inputOf, nameOf, probeOf, waysOf } from '../../../conformance/probes.ts';
import { startReference } from '../../../conformance/started-serving.ts';
import { send } from '../../../conformance/exchange.ts';
import { cat } from '../../../support/middleware.ts';

jest.setTimeout(120_000);

const LATENCY_MS = 20;
const telling = servingNames.filter((serving) => manifestOf(serving).statistics !== undefined);

describe('the simulated server in place of a platform that tells its times', () => {
  // One serving of each platform: the others have the same page.
  const onePerPage = telling.filter(
    (serving, index) =>
      telling.findIndex((other) => manifestOf(other).version === manifestOf(serving).version) ===
      index,
  );

  it.each(onePerPage)(
    'counts as %s the requests that it got, over all its ways, with the times of its engine',
    async (serving) => {
      const options = { latency: { kind: 'constant', ms: LATENCY_MS }, capacity: 1 };
      const delay = ['--engine', 'delay', '--engine-options', JSON.stringify(options)];
      const started = await startReference(serving, ...delay);
      try {
        const ways = waysOf(serving);
        const requests = await Promise.all(
          ways.map(async (way) => {
            const probe = probeOf(serving, way, await inputOf(serving, way, cat), nameOf(way));
            return () => send(started.urls, probe);
          }),
        );
        const counted = await countWhile(started, requests);

        expect(counted.count).toBe(ways.length);
        const { requestMs, queueMs = 0, computeMs, clientMs } = counted;
        // The engine never answers earlier; a timer may be late.
        expect(requestMs ?? computeMs).toBeGreaterThanOrEqual(ways.length * (LATENCY_MS - 1));
        expect((computeMs ?? 0) + queueMs).toBeLessThanOrEqual(requestMs ?? clientMs);
      } finally {
        await started.stop();
      }
    },
  );
});
