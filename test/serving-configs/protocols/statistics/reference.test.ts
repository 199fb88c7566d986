import { manifestOf, servingNames, type ServingName } from '../../../../serving-configs/index.ts';
import { countWhile } from '../../../conformance/count-while.ts';
import { inputOf, nameOf, probeOf, waysOf } from '../../../conformance/probes.ts';
import { startReference } from '../../../conformance/started-serving.ts';
import { send } from '../../../conformance/exchange.ts';
import { cat } from '../../../support/middleware.ts';

const LATENCY_MS = 20;
const serving = servingNames.find((candidate) => {
  const { statistics, grpc } = manifestOf(candidate);
  return statistics !== undefined && grpc !== undefined;
}) as ServingName;

describe('the simulated server in place of a platform that reports its times', () => {
  it('counts the requests over all protocols and payloads, with the times of its engine', async () => {
    const delay = ['--engine', 'delay', '--delay', `${LATENCY_MS}ms`];
    const started = await startReference(serving, ...delay);
    try {
      const ways = waysOf(serving);
      const requests = await Promise.all(
        ways.map(async (way) => {
          const probe = probeOf(serving, way, await inputOf(serving, way, cat), nameOf(way));
          return () => send(started.urls, probe);
        }),
      );
      const { count, requestMs = 0, queueMs, computeMs } = await countWhile(started, requests);

      expect(count).toBe(ways.length);
      // The engine never answers earlier, but a timer may be late.
      expect(requestMs).toBeGreaterThanOrEqual(ways.length * (LATENCY_MS - 1));
      expect((computeMs ?? 0) + (queueMs ?? 0)).toBeLessThanOrEqual(requestMs);
    } finally {
      await started.stop();
    }
  });
});
