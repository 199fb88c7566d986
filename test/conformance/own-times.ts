import { servingFactsOf } from '../../serving-configs/index.ts';
import { countWhile } from './count-while.ts';
import { send } from './exchange.ts';
import { inputOf, nameOf, probeOf } from './probes.ts';
import type { Session } from './target.ts';
import { cat } from '../support/middleware.ts';

/** Compares the statistics of a platform with the number and the duration of the requests. */
export const describeOwnTimes = ({ serving, ways, started }: Session): void => {
  if (servingFactsOf(serving).statistics === undefined) return;
  it('counts its requests over all protocols and payloads, and reports no more time than they took', async () => {
    const requests = await Promise.all(
      ways.map(async (way) => {
        const probe = probeOf(serving, way, await inputOf(serving, way, cat), nameOf(way));
        return () => send(started().urls, probe);
      }),
    );
    const { count, clientMs, requestMs, queueMs, computeMs } = await countWhile(
      started(),
      requests.flatMap((request) => [request, request]),
    );

    expect(count).toBe(2 * ways.length);
    const insideMs = requestMs ?? (queueMs ?? 0) + (computeMs ?? 0);
    expect(insideMs).toBeGreaterThan(0);
    expect(insideMs).toBeLessThanOrEqual(clientMs);
    expect((queueMs ?? 0) + (computeMs ?? 0)).toBeLessThanOrEqual(requestMs ?? insideMs);
  });
};
