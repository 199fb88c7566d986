// The load script and its load process on the real k6.
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { planArrivals } from '../../../k6/arrivals.ts';
import { createImageOrder } from '../../../k6/image-order.ts';
import {
  dataSet,
  followLoadProcess,
  measure,
  runLoadProcess,
  startLoadProcess,
  type LoadProgram,
} from '../../lib/bench/load/load-process.ts';
import { installedK6 } from './installed-k6.ts';

const RIGHT = JSON.stringify({ top: [{ class: 281 }] });
const expectCat = { pointer: '/top/0/class', values: dataSet.map(() => 281) };

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const closeAll: (() => Promise<void>)[] = [];

/** A server whose handler is called when the whole body is there. */
const serve = async (handler: Handler): Promise<string> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks)));
    request.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAll.push(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/infer?payload=image`;
};

const answerAfter =
  (ms: number): Handler =>
  (_request, response) =>
    void setTimeout(() => response.end(RIGHT), ms).unref();

const withFolder = async <Result>(use: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'k6-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

jest.setTimeout(30_000);

/** Within which half of the planned requests must leave. */
const MEDIAN_LATE_MS = 2;

const program = (env: Readonly<Record<string, string>> = {}): LoadProgram => ({
  main: 'lib/bench/load/k6/main.ts',
  env: { SERVING_COMPARE_K6: installedK6(), ...env },
});

describe('the load process with k6', () => {
  afterEach(async () => {
    await Promise.all(closeAll.splice(0).map((close) => close()));
  });

  it('posts the images in the order of the embedded engine and tells what came back', async () => {
    const seen: { type: string | undefined; length: number }[] = [];
    const connections = new Set<unknown>();
    const url = await serve((request, response, body) => {
      expect(`${request.method} ${request.url}`).toBe('POST /infer?payload=image');
      seen.push({ type: request.headers['content-type'], length: body.length });
      connections.add(request.socket);
      response.setHeader('server-timing', 'decode;dur=5, upstream;dur=20');
      response.setHeader('middleware-process', '2/2');
      setTimeout(() => response.end(RIGHT), 20);
    });
    const level = { loop: 'closed', virtualUsers: 1 } as const;
    const result = await measure({ url, level, seed: 9, expect: expectCat }, program());

    const sizes = await Promise.all(dataSet.map(async (file) => (await readFile(file)).length));
    const nextImage = createImageOrder(dataSet.length, 9);
    expect(seen).toEqual(seen.map(() => ({ type: 'image/jpeg', length: sizes[nextImage()] })));
    expect(connections.size).toBe(1);
    expect(result).toMatchObject({
      generator: 'k6',
      generatorVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
      failed: 0,
      failures: {},
      unsent: 0,
      durationSeconds: 1,
      answersByProcess: { 2: result.succeeded },
      bytesReceived: result.succeeded * RIGHT.length,
    });
    expect(result.succeeded).toBeGreaterThan(20);
    expect(result.unfinished).toBeLessThanOrEqual(1);
    expect(result.requestRatePerSecond).toBe(result.succeeded);
    expect(result.latency.p50Ms).toBeGreaterThan(18);
    expect(result.phases['upstream']?.meanMs).toBe(20);
    expect(result.self.cpuMs).toBeGreaterThan(0);
    expect(result.bins).toHaveLength(1);
  });

  it('asks without a body where the server draws the images, and goes by the one that it names', async () => {
    const asked = new Set<string>();
    const url = await serve((request, response, body) => {
      asked.add(`${request.method} ${body.length}`);
      response.end(JSON.stringify({ image: 'cat.jpg', class: 1 }));
    });
    const names = dataSet.map((file) => basename(file));
    const values = names.map((file) => (file === 'cat.jpg' ? 1 : 2));
    const drawn = { pointer: '/image', names };
    const level = { loop: 'closed', virtualUsers: 2 } as const;
    const expected = { pointer: '/class', values, drawn };
    const result = await measure({ url, method: 'GET', level, expect: expected }, program());

    expect([...asked]).toEqual(['GET 0']);
    expect(result).toMatchObject({ failed: 0, bytesSent: 0 });
    expect(result.succeeded).toBeGreaterThan(0);
  });

  it('sends the headers of each image, and takes every 200 where only the status is asked for', async () => {
    const seen = new Set<string>();
    const url = await serve((request, response, body) => {
      const { 'content-type': type, 'x-length': length } = request.headers;
      seen.add([type, length, body.length].join(' '));
      response.end(Buffer.of(0, 159, 146, 150));
    });
    const sizes = await Promise.all(dataSet.map(async (file) => (await readFile(file)).length));
    const type = 'application/octet-stream';
    const headers = sizes.map((size) => ({ 'content-type': type, 'x-length': String(size) }));
    const level = { loop: 'closed', virtualUsers: 2 } as const;
    const result = await measure({ url, level, headers, expect: 'status' }, program());

    expect(result).toMatchObject({ failed: 0, bytesReceived: result.succeeded * 4 });
    expect(result.succeeded).toBeGreaterThan(dataSet.length);
    expect([...seen].toSorted()).toEqual(sizes.map((size) => `${type} ${size} ${size}`).toSorted());
  });

  it('tells its phases and, twice a second, its progress', async () => {
    const url = await serve(answerAfter(5));
    const { events, exitCode } = await runLoadProcess(
      {
        url,
        images: dataSet,
        seed: 1,
        level: { loop: 'closed', virtualUsers: 2 },
        warmupSeconds: 0.9,
        durationSeconds: 1,
        timeoutMs: 10_000,
      },
      program(),
    );

    expect(exitCode).toBe(0);
    expect(events.map(({ event }) => event).filter((event) => event !== 'progress')).toEqual([
      'window-start',
      'window-end',
      'result',
    ]);
    const progress = events.filter((event) => event.event === 'progress');
    expect(progress.length).toBeGreaterThanOrEqual(3);
    expect(progress.map(({ phase }) => phase)).toContain('warmup');
    expect(progress.find(({ phase }) => phase === 'window')).toMatchObject({
      failed: 0,
      p50Ms: expect.any(Number),
    });
  });

  it('sends planned arrivals at their times, however slow the answers are', async () => {
    await withFolder(async (folder) => {
      const url = await serve(answerAfter(400));
      const samplesFile = join(folder, 'samples.csv.gz');
      const level = { loop: 'open', ratePerSecond: 40, arrivals: 'poisson' } as const;
      const result = await measure({ url, level, seed: 3, samplesFile }, program());

      const planned = [...planArrivals({ ...level, seed: 3, rampMs: 150 }, 1300)];
      const rows = gunzipSync(await readFile(samplesFile))
        .toString()
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row) => row.split(','));
      const times = rows
        .map(([plannedUs = '', sentUs = '']) => [Number(plannedUs), Number(sentUs)] as const)
        .toSorted(([a], [b]) => a - b);
      expect(times.map(([plannedUs]) => plannedUs)).toEqual(
        planned.map((ms) => Math.round(ms * 1000)),
      );
      const lateUs = times
        .map(([plannedUs, sentUs]) => sentUs - plannedUs)
        .toSorted((a, b) => a - b);
      expect(lateUs[0]).toBeGreaterThanOrEqual(0);
      expect(lateUs[Math.floor(lateUs.length / 2)]).toBeLessThan(MEDIAN_LATE_MS * 1000);
      const inWindow = planned.filter((ms) => ms >= 300).length;
      expect(result).toMatchObject({ offered: inWindow, succeeded: inWindow, unsent: 0 });
      expect(result.latency.minMs).toBeGreaterThanOrEqual(399);
    });
  });

  it('puts each failure into its class', async () => {
    let count = 0;
    const url = await serve((request, response) => {
      count += 1;
      const kind = count % 7;
      if (kind === 0) response.writeHead(503).end('{}');
      else if (kind === 1) response.end(JSON.stringify({ top: [{ class: 1 }] }));
      else if (kind === 2) request.socket.resetAndDestroy();
      else if (kind === 3) request.socket.end('hello\r\n\r\n');
      else if (kind === 4) {
        response.writeHead(200, { 'content-length': 99 }).write('{"top":');
        setTimeout(() => request.socket.destroy(), 5);
      } else if (kind === 5) setTimeout(() => response.end(RIGHT), 5);
      // What is left is never answered.
    });
    const level = { loop: 'open', ratePerSecond: 70, arrivals: 'constant' } as const;
    const result = await measure({ url, level, timeoutMs: 250, expect: expectCat }, program());

    expect(result.offered).toBe(70);
    expect(result.succeeded + result.failed).toBe(70);
    expect(result.succeeded).toBe(10);
    expect(result.failures).toEqual({
      'http-503': 10,
      'wrong-answer': 10,
      reset: 30,
      timeout: 10,
    });
  });

  it('calls a refused connection one, and does not ask without end', async () => {
    const url = await serve(answerAfter(0));
    await closeAll.pop()?.();
    const level = { loop: 'closed', virtualUsers: 2 } as const;
    const result = await measure({ url, level }, program());

    expect(Object.keys(result.failures)).toEqual(['connect']);
    expect(result.failed).toBeGreaterThan(10);
    expect(result.failed).toBeLessThanOrEqual(42);
    expect(result.succeeded).toBe(0);
  });

  it('leaves what is in flight at the end of a closed loop unfinished', async () => {
    const url = await serve(answerAfter(30_000));
    const level = { loop: 'closed', virtualUsers: 3 } as const;
    const result = await measure({ url, level, timeoutMs: 60_000 }, program());

    expect(result).toMatchObject({ succeeded: 0, failed: 0, failures: {}, unfinished: 3 });
  });

  it.each(['SIGTERM', 'disconnect'] as const)(
    'ends k6 and takes its files away at %s',
    async (how) => {
      await withFolder(async (folder) => {
        let last = 0;
        const requests = new EventEmitter();
        const url = await serve((_request, response) => {
          last = Date.now();
          requests.emit('request');
          response.end(RIGHT);
        });
        const workFolders = async (): Promise<string[]> =>
          (await readdir(folder)).filter((entry) => entry.startsWith('serving-compare-k6-'));
        const child = startLoadProcess(program({ TMPDIR: folder }));
        const run = followLoadProcess(child);
        child.send({
          url,
          images: dataSet,
          seed: 1,
          level: { loop: 'closed', virtualUsers: 2 },
          warmupSeconds: 0.5,
          durationSeconds: 30,
          timeoutMs: 10_000,
        });
        await once(requests, 'request');
        expect(await workFolders()).toHaveLength(1);
        if (how === 'SIGTERM') child.kill('SIGTERM');
        else child.disconnect();
        const { exitCode } = await run;
        const endedAt = Date.now();
        await sleep(300);

        expect(exitCode).toBe(0);
        expect(last).toBeLessThanOrEqual(endedAt);
        expect(await workFolders()).toEqual([]);
      });
    },
  );

  it('says which image cannot be read', async () => {
    const { events, exitCode } = await runLoadProcess(
      {
        url: 'http://127.0.0.1:9/',
        images: ['/nowhere/cat.jpg'],
        seed: 1,
        level: { loop: 'closed', virtualUsers: 1 },
        warmupSeconds: 0,
        durationSeconds: 1,
        timeoutMs: 10_000,
      },
      program(),
    );

    expect(exitCode).toBe(2);
    expect(events.at(-1)).toEqual({
      event: 'error',
      message: expect.stringContaining('The image /nowhere/cat.jpg cannot be read'),
    });
  });
});
