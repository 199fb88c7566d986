import { RESNET50, servingFactsOf } from '../../serving-configs/index.ts';
import { loadStatistics } from '../../serving-configs/protocols/statistics/load-statistics.ts';
import type { ServingCounters } from '../../serving-configs/protocols/statistics/serving-counters.ts';
import { send } from './exchange.ts';
import { inputOf, nameOf, probeOf } from './probes.ts';
import type { StartedServing } from './started-serving.ts';
import type { Session } from './target.ts';
import { cat } from '../support/middleware.ts';

/** Some platforms count a request shortly after its answer. */
const SETTLED_MS = 2000;
const POLL_MS = 50;

/** @throws Error if the platform reports no times. */
const countersOf = async ({ serving, line }: StartedServing): Promise<ServingCounters> => {
  const read = await loadStatistics(serving, RESNET50);
  if (read === undefined) throw new Error(`${serving} reports no times`);
  const response = await fetch(String(line['statisticsUrl']));
  return read(await response.text(), response.headers.get('content-type'));
};

/** The counters of a serving for some requests, and the time that the client waited for their answers. */
interface CountedWork extends ServingCounters {
  readonly clientMs: number;
}

/** Sends requests one after the other, and returns what the serving counted for them. */
const countWhile = async (
  started: StartedServing,
  requests: readonly (() => Promise<unknown>)[],
): Promise<CountedWork> => {
  const before = await countersOf(started);
  const startMs = performance.now();
  for (const request of requests) await request();
  const endMs = performance.now();
  let after = await countersOf(started);
  while (after.count < before.count + requests.length && performance.now() < endMs + SETTLED_MS) {
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
    after = await countersOf(started);
  }
  const since = (name: 'requestMs' | 'queueMs' | 'computeMs') =>
    after[name] === undefined ? {} : { [name]: after[name] - (before[name] ?? 0) };
  return {
    count: after.count - before.count,
    ...since('requestMs'),
    ...since('queueMs'),
    ...since('computeMs'),
    clientMs: endMs - startMs,
  };
};

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
