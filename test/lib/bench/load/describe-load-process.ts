// Tests for the load process of every load generator, against servers with known answers.
import { EventEmitter, once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { planArrivals } from '../../../../k6/arrivals.ts';
import { createImageOrder } from '../../../../k6/image-order.ts';
import type { LoadGenerator } from '../../../../lib/bench/model/plan-options.ts';
import { listenHttp, type Handler } from '../../../support/http-server.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import {
  dataSet,
  followLoadProcess,
  jobOf,
  measure,
  runLoadProcess,
  startLoadProcess,
  type LoadProgram,
} from './load-process.ts';

export const RIGHT = JSON.stringify({ top: [{ class: 281 }] });
const expectCat = { pointer: '/top/0/class', values: dataSet.map(() => 281) };

export const closed = (virtualUsers: number) => ({ loop: 'closed', virtualUsers }) as const;

export const answerAfter =
  (ms: number): Handler =>
  (_request, response) =>
    void setTimeout(() => response.end(RIGHT), ms).unref();

/** Starts servers that are closed after each test. */
export const useServers = () => {
  const running: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((close) => close()));
  };
  afterEach(closeAll);
  const serve = async (handler: Handler): Promise<string> => {
    const { url, close } = await listenHttp(handler);
    running.push(close);
    return `${url}/infer?payload=image`;
  };
  return { serve, closeAll };
};

/** Reads the raw samples: a row with the columns, then a row for each request. */
const samplesIn = async (file: string): Promise<readonly (readonly string[])[]> =>
  gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n')
    .map((row) => row.split(','));

/**
 * Describes a load process.
 *
 * @param generator the load generator that its results must name
 * @param programWith returns the program, with environment variables
 * @param medianLateMs how late the median of the planned requests may leave; unlimited beside other tests on a busy machine
 */
export const describeLoadProcess = (
  generator: LoadGenerator,
  programWith: (env?: Readonly<Record<string, string>>) => LoadProgram,
  medianLateMs = Infinity,
): void => {
  const { serve, closeAll } = useServers();

  it('posts the images in the order of the seed, on one connection per user, and reports the answers', async () => {
    const seen: { readonly type: string | undefined; readonly length: number }[] = [];
    const connections = new Set<unknown>();
    const url = await serve((request, response, body) => {
      expect(`${request.method} ${request.url}`).toBe('POST /infer?payload=image');
      seen.push({ type: request.headers['content-type'], length: body.length });
      connections.add(request.socket);
      response.setHeader('server-timing', 'decode;dur=5, upstream;dur=20');
      setTimeout(() => response.end(RIGHT), 20);
    });
    const job = { url, level: closed(1), seed: 9, expect: expectCat };
    const result = await measure(job, programWith());

    const sizes = await Promise.all(dataSet.map(async (file) => (await readFile(file)).length));
    const nextImage = createImageOrder(dataSet.length, 9);
    expect(seen).toEqual(seen.map(() => ({ type: 'image/jpeg', length: sizes[nextImage()] })));
    expect(connections.size).toBe(1);
    expect(result).toMatchObject({
      generator,
      failed: 0,
      failures: {},
      unsent: 0,
      bins: { length: 1 },
      phases: { decode: { meanMs: 5 }, upstream: { meanMs: 20 } },
    });
    expect(result.succeeded).toBeGreaterThan(0);
    // With k6, whose end is planned, a late first answer shortens the window.
    expect(result.durationSeconds).toBeLessThanOrEqual(1);
    if (generator === 'embedded') expect(result.durationSeconds).toBe(1);
    expect(result.latency.p50Ms).toBeGreaterThan(18);
    expect(result.requestRatePerSecond).toBeGreaterThan(0);
    expect(result.requestRatePerSecond).toBeLessThan(1000 / 18);
    expect(result.self.cpuMs).toBeGreaterThan(0);
  });

  it('sends no body if the server draws the images, and checks the answer for the image that it names', async () => {
    const seen = new Set<string>();
    const url = await serve((request, response, body) => {
      seen.add(`${request.method} ${body.length}`);
      response.end(JSON.stringify({ image: 'cat.jpg', class: 1 }));
    });
    const names = dataSet.map((file) => basename(file));
    const values = names.map((name) => (name === 'cat.jpg' ? 1 : 2));
    const expected = { pointer: '/class', values, drawn: { pointer: '/image', names } };
    const job = { url, method: 'GET', level: closed(2), expect: expected } as const;
    const result = await measure({ ...job, durationSeconds: 0.5 }, programWith());

    expect([...seen]).toEqual(['GET 0']);
    expect(result).toMatchObject({ failed: 0 });
    expect(result.succeeded).toBeGreaterThan(0);
  });

  it('sends the headers of each image, and accepts every 200 if only the status is checked', async () => {
    const seen = new Set<string>();
    const url = await serve((request, response, body) => {
      const { 'content-type': type, 'x-length': length } = request.headers;
      seen.add([type, length, body.length].join(' '));
      response.end(Buffer.of(0, 159, 146, 150));
    });
    const sizes = await Promise.all(dataSet.map(async (file) => (await readFile(file)).length));
    const type = 'application/octet-stream';
    const headers = sizes.map((size) => ({ 'content-type': type, 'x-length': String(size) }));
    const job = { url, level: closed(2), headers, expect: 'status' } as const;
    const result = await measure({ ...job, durationSeconds: 0.5 }, programWith());

    expect(result).toMatchObject({ failed: 0 });
    expect([...seen].toSorted()).toEqual(sizes.map((size) => `${type} ${size} ${size}`).toSorted());
  });

  it('reports the phases and, twice a second, the progress, and writes every request as a sample', async () => {
    const samplesFile = join(newFolder(), 'samples.csv.gz');
    const { events, exitCode } = await runLoadProcess(
      jobOf({
        url: await serve(answerAfter(5)),
        level: closed(2),
        warmupSeconds: 0.9,
        samplesFile,
      }),
      programWith(),
    );
    const [head, ...samples] = await samplesIn(samplesFile);

    expect(exitCode).toBe(0);
    expect(events.map(({ event }) => event).filter((event) => event !== 'progress')).toEqual([
      'window-start',
      'window-end',
      'result',
    ]);
    const progress = events.filter((event) => event.event === 'progress');
    // One every 0.4 s of about 2.5 s; a busy machine may skip some, and one for each answer would be hundreds.
    expect(progress.length).toBeLessThanOrEqual(8);
    expect(progress.map(({ phase }) => phase)).toContain('warmup');
    expect(progress.find(({ phase }) => phase === 'window')).toMatchObject({
      failed: 0,
      p50Ms: expect.any(Number),
    });
    expect(head).toEqual(['planned_us', 'sent_us', 'done_us', 'image', 'outcome']);
    const times = samples.map(([, sentUs, doneUs]) => [Number(sentUs), Number(doneUs)] as const);
    const firstOfUsers = times.toSorted(([a], [b]) => a - b).slice(0, 2);
    const startUs = Math.max(900_000, ...firstOfUsers.map(([, doneUs]) => doneUs));
    const last = events.at(-1);
    if (last?.event !== 'result') throw new Error('no result');
    const endUs = startUs + last.result.durationSeconds * 1e6;
    const inWindow = times.filter(([sentUs]) => sentUs >= startUs && sentUs < endUs);
    expect(last.result).toMatchObject({ failed: 0, succeeded: inWindow.length });
  });

  it('sends requests at their planned times, however slow the answers are', async () => {
    const samplesFile = join(newFolder(), 'samples.csv.gz');
    const level = { loop: 'open', ratePerSecond: 40, arrivals: 'poisson' } as const;
    const job = { url: await serve(answerAfter(400)), level, seed: 3, samplesFile };
    const result = await measure(job, programWith());

    const planned = planArrivals({ ...level, seed: 3, rampMs: 150 }, 1300);
    const [, ...samples] = await samplesIn(samplesFile);
    const times = samples
      .map(([plannedUs = '', sentUs = '']) => [Number(plannedUs), Number(sentUs)] as const)
      .toSorted(([a], [b]) => a - b);
    expect(times.map(([plannedUs]) => plannedUs)).toEqual(
      planned.map((ms) => Math.round(ms * 1000)),
    );
    const lateUs = times.map(([plannedUs, sentUs]) => sentUs - plannedUs).toSorted((a, b) => a - b);
    expect(lateUs[0]).toBeGreaterThanOrEqual(0);
    expect(lateUs[Math.floor(lateUs.length / 2)]).toBeLessThan(medianLateMs * 1000);
    const inWindow = planned.filter((ms) => ms >= 300).length;
    expect(result).toMatchObject({ offered: inWindow, succeeded: inWindow, unsent: 0 });
    expect(result.latency.minMs).toBeGreaterThan(395);
  });

  it('classifies each failure, and succeeds with later requests', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count += 1;
      const kind = count % 10;
      if (kind === 0) response.writeHead(503).end('{}');
      else if (kind === 1) response.end(JSON.stringify({ top: [{ class: 1 }] }));
      else if (kind === 2) request.socket.resetAndDestroy();
      else if (kind === 3) request.socket.end('hello\r\n\r\n');
      else if (kind === 4) {
        response.writeHead(200, { 'content-length': 99 }).write('{"top":');
        setTimeout(() => request.socket.destroy(), 5);
      } else if (kind === 5) setTimeout(() => response.end(RIGHT), 5);
      else if (kind === 6) {
        response.writeHead(502, { 'infer-code': 'INFER_UPSTREAM_MALFORMED' }).end('{}');
      } else if (kind === 7) response.writeHead(502, { 'infer-upstream-status': 500 }).end('{}');
      else if (kind === 8) response.writeHead(503, { 'infer-upstream-status': 14 }).end('{}');
      // The other requests are never answered.
    });
    // 100 requests, the last at 995 ms. Without a warm-up all of them count, in whatever order they arrive.
    const level = { loop: 'open', ratePerSecond: 100.5, arrivals: 'constant' } as const;
    const job = { url, level, warmupSeconds: 0, timeoutMs: 5000, expect: expectCat };
    const result = await measure(job, programWith());

    expect(result).toMatchObject({ offered: 100, succeeded: 10, failed: 90 });
    expect(result.failures).toEqual({
      'http-503': 10,
      'server-500': 10,
      'server-UNAVAILABLE': 10,
      'wrong-answer': 10,
      'not-understood': 10,
      reset: 30,
      timeout: 10,
    });
  });

  it('classifies a refused connection as "connect", and waits before it retries', async () => {
    const url = await serve(answerAfter(0));
    await closeAll();
    const result = await measure({ url, level: closed(2) }, programWith());

    expect(result).toMatchObject({ succeeded: 0, failedShare: 1, latency: { count: 0 } });
    expect(Object.keys(result.failures)).toEqual(['connect']);
    // 2 users for 1 s, each with at most one attempt per 50 ms, and more than one in all.
    expect(result.failed).toBeGreaterThan(2);
    expect(result.failed).toBeLessThanOrEqual(42);
  });

  it('begins the window of a closed loop when each user has an answer, and waits for those in flight at its end', async () => {
    const url = await serve(answerAfter(700));
    const result = await measure({ url, level: closed(3), durationSeconds: 0.6 }, programWith());

    // The warm-up ends at 300 ms, and all users are answered at 700 ms and, after the end, at 1400 ms.
    expect(result.failed).toBe(0);
    expect(result.succeeded).toBeGreaterThan(0);
    expect(result.meanInFlight).toBeCloseTo(3, 1);
    const inFlight = (result.requestRatePerSecond * result.latency.meanMs) / 1000;
    expect(inFlight).toBeCloseTo(3, 0);
  });

  it.each(['SIGTERM', 'disconnect'])(
    'stops sending at %s, exits and removes its files',
    async (ending) => {
      const folder = newFolder();
      let last = 0;
      const requests = new EventEmitter();
      const url = await serve((_request, response) => {
        last = Date.now();
        requests.emit('request');
        response.end(RIGHT);
      });
      const child = startLoadProcess(programWith({ TMPDIR: folder }));
      const run = followLoadProcess(child);
      child.send(jobOf({ url, level: closed(2), durationSeconds: 30 }));
      await once(requests, 'request');
      if (ending === 'SIGTERM') child.kill('SIGTERM');
      else child.disconnect();
      const { exitCode } = await run;
      const endedAt = Date.now();
      await sleep(300);

      expect(exitCode).toBe(0);
      expect(last).toBeLessThanOrEqual(endedAt);
      expect((await readdir(folder)).filter((name) => name.startsWith('serving-compare-'))).toEqual(
        [],
      );
    },
  );

  it.each([
    ['an image', { images: ['/no/such.jpg'] }, '/no/such.jpg'],
    ['the file for the samples', { samplesFile: '/no/such/folder/a.gz' }, '/no/such/folder'],
  ])('exits with 2 and names %s that it cannot open', async (_, change, file) => {
    const { events, exitCode } = await runLoadProcess(
      jobOf({ url: 'http://127.0.0.1:9/', level: closed(1), ...change }),
      programWith(),
    );

    expect(events).toEqual([{ event: 'error', message: expect.stringContaining(file) }]);
    expect(exitCode).toBe(2);
  });
};
