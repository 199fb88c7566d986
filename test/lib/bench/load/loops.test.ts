import { setTimeout as sleep } from 'node:timers/promises';
import { createOpenLoop } from '../../../../lib/bench/load/loops.ts';
import { Recorder } from '../../../../lib/bench/load/recorder.ts';
import { readLoadTarget } from '../../../../lib/bench/load/job.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { dataSet } from './load-process.ts';

describe('An open loop', () => {
  it('sends by the clock of the load, even if it is started later than that clock', async () => {
    const server = await listenHttp((_request, response) => response.end('{}'));
    const target = await readLoadTarget({
      url: server.url,
      images: dataSet.slice(0, 1),
      timeoutMs: 60_000,
    });
    // A pacer that counted from its own start would send each request this much too late.
    const startedMs = 1000;
    const recorder = new Recorder({
      url: server.url,
      images: [],
      seed: 1,
      level: { loop: 'open', ratePerSecond: 100, arrivals: 'constant' },
      warmupSeconds: startedMs / 1000,
      durationSeconds: 0.2,
      timeoutMs: 60_000,
      expect: 'status',
    });
    const window = await recorder.windowOpened;
    const arrivalsMs = Array.from({ length: 11 }, (_, at) => startedMs + 10 * (at + 1));
    const loop = await createOpenLoop(target, arrivalsMs, () => 0, recorder);
    const originMs = performance.now() - startedMs;

    loop.start(() => performance.now() - originMs);
    // Long enough for requests that are this late.
    await sleep(window.endMs);
    await loop.stop();

    const lateMs = [...recorder.samples]
      .map(({ sentMs, plannedMs }) => sentMs - plannedMs)
      .toSorted((a, b) => a - b);
    expect(lateMs).toHaveLength(11);
    expect(lateMs[5]).toBeLessThan(startedMs / 2);
  });
});
