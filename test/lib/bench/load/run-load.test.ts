import { runLoad } from '../../../../lib/bench/load/run-load.ts';
import { usersBusyCheck } from '../../../../lib/bench/analysis/checks/users-busy.ts';
import { listenTcp } from '../../../support/tcp-server.ts';
import { measurementOf } from '../analysis/checks/check-measurements.ts';
import {
  answerAfter,
  closed,
  describeLoadProcess,
  RIGHT,
  useServers,
} from './describe-load-process.ts';
import { dataSet, EMBEDDED, jobOf, measure, type PartialJob } from './load-process.ts';

describe('The load process of the embedded load generator', () => {
  describeLoadProcess('embedded', (env) => ({ ...EMBEDDED, ...(env && { env }) }));

  it('drops planned requests beyond 2000 in flight, and reports it', async () => {
    const silent = await listenTcp((socket) => socket.resume());
    const result = await measure({
      url: silent.url,
      images: dataSet.slice(0, 1),
      level: { loop: 'open', ratePerSecond: 2600, arrivals: 'constant' },
      warmupSeconds: 0,
      timeoutMs: 5000,
    });

    expect(result).toMatchObject({
      succeeded: 0,
      failed: 2000,
      unsent: result.offered - 2000,
      self: { keptUp: false, reason: expect.stringContaining(String(result.unsent)) },
    });
  });
});

/** Runs a job in the process of the test, which needs no start. */
const load = (job: PartialJob) => runLoad(jobOf(job), () => undefined);

describe('The embedded load generator', () => {
  const { serve } = useServers();

  it('keeps all virtual users busy even in a short window, as the requests in flight show', async () => {
    const url = await serve(answerAfter(100));
    const result = await load({ url, level: closed(8), durationSeconds: 0.5 });
    const checkOf = (virtualUsers: number) =>
      usersBusyCheck([measurementOf(result, { level: closed(virtualUsers) })]);

    expect(checkOf(8)).toMatchObject({ state: 'passed', limit: 0.05 });
    expect(checkOf(10)).toMatchObject({ state: 'failed', limit: 0.05 });
    expect(checkOf(10).figure).toBeGreaterThan(0.19);
  });

  it('continues after half an answer that never ends', async () => {
    let count = 0;
    const url = await serve((_request, response) => {
      count += 1;
      if (count % 2 === 0) response.end(RIGHT);
      else response.writeHead(200, { 'content-length': 99 }).write('{"top":');
    });
    const result = await load({ url, level: closed(1), timeoutMs: 150, durationSeconds: 3 });

    expect(Object.keys(result.failures)).toEqual(['timeout']);
    // With timeouts rounded to seconds, at most three would fit in.
    expect(result.succeeded).toBeGreaterThan(3);
  });

  it('reads answers that arrive in pieces or chunks, and reconnects if the server closes', async () => {
    const connections = new Set<unknown>();
    let answers = 0;
    const url = await serve((request, response) => {
      connections.add(request.socket);
      answers += 1;
      if (answers % 3 === 0) response.setHeader('connection', 'close');
      // Longer than the read buffer.
      response.write(RIGHT.padEnd(200_000));
      setTimeout(() => response.end(' '), 2);
    });
    const result = await load({ url, level: closed(1) });

    expect(result).toMatchObject({ failed: 0 });
    expect(connections.size).toBe(Math.ceil(answers / 3));
    expect(answers).toBeGreaterThan(3);
  });

  it('replaces an idle connection before the server closes it', async () => {
    const connections = new Set<unknown>();
    let answers = 0;
    const url = await serve((request, response) => {
      connections.add(request.socket);
      answers += 1;
      response.setHeader('keep-alive', 'timeout=1');
      response.end(RIGHT);
    });
    const open = { loop: 'open', ratePerSecond: 20, arrivals: 'constant' } as const;
    const result = await load({ url, level: open });

    expect(result).toMatchObject({ failed: 0, succeeded: 20 });
    expect(connections.size).toBe(answers);
  });
});
