import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CheckResult } from '../../../../lib/bench/analysis/checks/check.ts';
import { littleCheck } from '../../../../lib/bench/analysis/checks/little.ts';
import { measurementOf } from '../analysis/checks/check-measurements.ts';
import {
  dataSet,
  followLoadProcess,
  measure,
  runLoadProcess,
  startLoadProcess,
} from './load-process.ts';

const RIGHT = JSON.stringify({ top: [{ class: 281 }] });
const closed = (virtualUsers: number): { loop: 'closed'; virtualUsers: number } => ({
  loop: 'closed',
  virtualUsers,
});

/** The beginning of an answer whose end never comes. */
const half = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': 99 }).write('{"top":');
};

const servers: (Server | TcpServer)[] = [];

const listen = async (server: Server | TcpServer): Promise<string> => {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/infer?payload=image`;
};

/** Serves with a handler that is called when the whole body is there. */
const serve = (
  handler: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
): Promise<string> => {
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks)));
  };
  return listen(createServer(listener));
};

afterEach(async () => {
  for (const server of servers.splice(0)) {
    const closing = once(server, 'close');
    server.close();
    if ('closeAllConnections' in server) {
      server.closeAllConnections();
    }
    await closing;
  }
});

describe('the load process', () => {
  it('proves by the requests in flight that all of its users worked, however short the window', async () => {
    const url = await serve((_, response) => {
      setTimeout(() => response.end(RIGHT), 100);
    });
    const load = await measure({ url, level: closed(8), durationSeconds: 0.5 });
    const checkOf = (virtualUsers: number): CheckResult =>
      littleCheck([measurementOf(load, { level: closed(virtualUsers) })]);

    expect(checkOf(8)).toMatchObject({ state: 'passed', limit: 0.05 });
    expect(checkOf(10)).toMatchObject({ state: 'failed', limit: 0.05 });
    expect(checkOf(10).figure).toBeGreaterThan(0.19);
  });

  it('posts the bytes of the images and tells what came back', async () => {
    const images = new Set<string>();
    const connections = new Set<unknown>();
    const url = await serve((request, response, body) => {
      images.add(
        `${request.method} ${request.url} ${request.headers['content-type']} ${body.length}`,
      );
      connections.add(request.socket);
      response.setHeader('server-timing', 'decode;dur=5, upstream;dur=20');
      setTimeout(() => response.end(RIGHT), 20);
    });
    const result = await measure({
      url,
      level: closed(4),
      expect: { pointer: '/top/0/class', values: dataSet.map(() => 281) },
    });
    const sizes = await Promise.all(dataSet.map(async (file) => (await readFile(file)).length));
    expect([...images].sort((a, b) => a.localeCompare(b))).toEqual(
      sizes
        .map((size) => `POST /infer?payload=image image/jpeg ${size}`)
        .sort((a, b) => a.localeCompare(b)),
    );
    expect(connections.size).toBe(4);
    expect(result).toMatchObject({ generator: 'embedded', failed: 0, failures: {}, unsent: 0 });
    expect(result.unfinished).toBeLessThanOrEqual(4);
    expect(result.latency.p50Ms).toBeGreaterThan(18);
    expect(result.requestRatePerSecond).toBe(result.succeeded);
    expect(result.phases['decode']).toEqual({ meanMs: 5 });
    expect(result.self.cpuMs).toBeGreaterThan(0);
  });

  it('takes answers in pieces and in chunks, and connects again where the server closes', async () => {
    const connections = new Set<unknown>();
    let answers = 0;
    const url = await serve((request, response) => {
      connections.add(request.socket);
      answers += 1;
      if (answers % 3 === 0) response.setHeader('connection', 'close');
      // Longer than what one read takes.
      response.write(RIGHT.padEnd(200_000));
      setTimeout(() => response.end(' '), 2);
    });
    const result = await measure({ url, level: closed(1) });

    expect(result).toMatchObject({ failed: 0 });
    expect(connections.size).toBe(Math.ceil(answers / 3));
    expect(answers).toBeGreaterThan(3);
  });

  it('leaves a connection before the server closes it', async () => {
    const connections = new Set<unknown>();
    let answers = 0;
    const url = await serve((request, response) => {
      connections.add(request.socket);
      answers += 1;
      response.setHeader('keep-alive', 'timeout=1');
      response.end(RIGHT);
    });
    const open = { loop: 'open', ratePerSecond: 20, arrivals: 'constant' } as const;
    const result = await measure({ url, level: open });

    expect(result).toMatchObject({ failed: 0, succeeded: 20 });
    expect(connections.size).toBe(answers);
  });

  it('asks without a body where the server draws the images, and goes by the one that it names', async () => {
    const asked = new Set<string>();
    const url = await serve((request, response, body) => {
      asked.add(`${request.method} ${body.length} ${request.headers['content-type'] ?? 'untyped'}`);
      response.end(JSON.stringify({ image: 'cat.jpg', class: asked.size }));
    });
    const names = dataSet.map((file) => basename(file));
    const values = names.map((name) => (name === 'cat.jpg' ? 1 : 2));
    const drawn = { pointer: '/image', names };
    const expected = { pointer: '/class', values, drawn };
    const result = await measure({ url, method: 'GET', level: closed(2), expect: expected });

    expect([...asked]).toEqual(['GET 0 untyped']);
    expect(result).toMatchObject({ failed: 0 });
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
    const result = await measure({ url, level: closed(2), headers, expect: 'status' });

    expect(result.failed).toBe(0);
    expect([...seen].toSorted()).toEqual(sizes.map((size) => `${type} ${size} ${size}`).toSorted());
  });

  it('tells its phases and progress, and keeps every request in the raw samples', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'load-'));
    const samplesFile = join(folder, 'samples.csv.gz');
    const url = await serve((_request, response) => setTimeout(() => response.end(RIGHT), 5));
    const { events, exitCode } = await runLoadProcess({
      url,
      images: dataSet,
      seed: 1,
      level: closed(2),
      warmupSeconds: 0.9,
      durationSeconds: 2,
      timeoutMs: 10_000,
      samplesFile,
    });
    const rows = gunzipSync(await readFile(samplesFile))
      .toString()
      .trimEnd()
      .split('\n');
    await rm(folder, { recursive: true });

    expect(exitCode).toBe(0);
    const names = events.map(({ event }) => event);
    expect(names.filter((name) => name !== 'progress')).toEqual([
      'window-start',
      'window-end',
      'result',
    ]);
    const progress = events.filter((event) => event.event === 'progress');
    expect(progress.length).toBeGreaterThanOrEqual(3);
    expect(progress[0]).toMatchObject({ phase: 'warmup', failed: 0, p50Ms: expect.any(Number) });
    expect(progress.map(({ phase }) => phase)).toContain('window');
    expect(rows[0]).toBe('planned_us,sent_us,done_us,image,outcome');
    const done = rows
      .slice(1)
      .map((row) => row.split(','))
      .filter(([, , doneUs, , outcome]) => {
        const us = Number(doneUs);
        return outcome === 'succeeded' && us >= 900_000 && us < 2_900_000;
      });
    const last = events.at(-1);
    expect(last).toMatchObject({ event: 'result', result: { succeeded: done.length } });
  });

  it('sends an open loop at its rate, however slow the answers are', async () => {
    const url = await serve((_request, response) => setTimeout(() => response.end(RIGHT), 400));
    const result = await measure({
      url,
      level: { loop: 'open', ratePerSecond: 100, arrivals: 'constant' },
    });
    expect(result).toMatchObject({ offered: 100, succeeded: 100, unsent: 0, unfinished: 0 });
    expect(result.latency.minMs).toBeGreaterThan(395);
  });
});

describe('an open loop against a server that never answers', () => {
  it('drops what is planned beyond 2000 in flight, and says so', async () => {
    const url = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.resume();
      }),
    );
    const result = await measure({
      url,
      images: dataSet.slice(0, 1),
      level: { loop: 'open', ratePerSecond: 2600, arrivals: 'constant' },
      warmupSeconds: 0,
      timeoutMs: 2500,
    });
    expect(result.succeeded).toBe(0);
    expect(result.failed).toBe(2000);
    expect(result.unsent).toBe(result.offered - 2000);
    expect(result.self.keptUp).toBe(false);
    expect(result.self.reason).toContain(`${result.unsent} planned requests could not be sent`);
  });
});

describe('failures', () => {
  it('are of class connect where nobody listens, and do not make the engine spin', async () => {
    const url = await serve((_request, response) => response.end());
    servers.splice(0).forEach((server) => server.close());
    const result = await measure({ url, level: closed(2) });
    expect(Object.keys(result.failures)).toEqual(['connect']);
    expect(result.failedShare).toBe(1);
    // 2 users, 1 s, one attempt in 50 ms each.
    expect(result.failed).toBeGreaterThan(20);
    expect(result.failed).toBeLessThanOrEqual(42);
    expect(result.latency.count).toBe(0);
  });

  it('each land in their class, and the next request succeeds', async () => {
    const answers: readonly [string, (response: ServerResponse) => void][] = [
      ['http-503', (response) => response.writeHead(503).end('{"code":"INFER_BUSY"}')],
      ['http-404', (response) => response.writeHead(404).end()],
      ['wrong-answer', (response) => response.end('not JSON')],
      ['wrong-answer', (response) => response.end('{"top":[{"class":5}]}')],
      ['wrong-answer', (response) => response.end()],
      ['timeout', () => undefined],
      ['timeout', half],
      ['reset', (response) => response.destroy()],
      ['reset', (response) => setTimeout(() => response.destroy(), 5) && half(response)],
    ];
    const given: string[] = [];
    const url = await serve((_request, response) => {
      const [failure, answer] = answers[Math.floor(given.length / 2) % answers.length] ?? [];
      const fails = given.length % 2 === 1;
      given.push(fails ? (failure ?? '') : 'right');
      if (fails) {
        answer?.(response);
      } else {
        response.end(RIGHT);
      }
    });
    const result = await measure({
      url,
      level: closed(1),
      warmupSeconds: 0,
      durationSeconds: 2,
      timeoutMs: 150,
      expect: { pointer: '/top/0/class', values: dataSet.map(() => 281) },
    });
    const expected: Record<string, number> = {};
    for (const failure of given.slice(0, given.length - result.unfinished)) {
      expected[failure] = (expected[failure] ?? 0) + 1;
    }
    expect({ ...result.failures, right: result.succeeded }).toEqual(expected);
    expect(Object.keys(expected)).toHaveLength(6);
    // A time limit is kept to the millisecond, not to the second.
    expect(given.length).toBeGreaterThan(2 * answers.length);
  });

  it('are of class reset where the answer is not HTTP', async () => {
    const url = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => socket.end('EHLO\r\n'));
      }),
    );
    const result = await measure({ url, level: closed(1) });
    expect(Object.keys(result.failures)).toEqual(['reset']);
  });
});

describe('a job that cannot be run', () => {
  it.each([
    ['names the image', { images: ['/no/such.jpg'] }, 'The image /no/such.jpg cannot be read'],
    ['names the file for the samples', { samplesFile: '/no/such/folder/a.gz' }, '/no/such/folder'],
  ])('%s and ends with 2', async (_title, change, reason) => {
    const { events, exitCode } = await runLoadProcess({
      url: 'http://127.0.0.1:9/',
      images: dataSet,
      seed: 1,
      level: closed(1),
      warmupSeconds: 0,
      durationSeconds: 1,
      timeoutMs: 1000,
      ...change,
    });
    expect(events).toEqual([{ event: 'error', message: expect.stringContaining(reason) }]);
    expect(exitCode).toBe(2);
  });
});

describe('stopping', () => {
  it.each(['disconnect', 'SIGTERM'])('is at once on %s', async (how) => {
    const url = await serve((_request, response) => setTimeout(() => response.end(RIGHT), 5));
    const child = startLoadProcess();
    const run = followLoadProcess(child);
    child.send({
      url,
      images: dataSet,
      seed: 1,
      level: { loop: 'open', ratePerSecond: 50, arrivals: 'poisson' },
      warmupSeconds: 0,
      durationSeconds: 60,
      timeoutMs: 1000,
    });
    await once(child, 'message');
    const asked = performance.now();
    if (how === 'disconnect') {
      child.disconnect();
    } else {
      child.kill('SIGTERM');
    }
    expect((await run).exitCode).toBe(0);
    // However busy the machine is: the window has the better part of a minute to go.
    expect(performance.now() - asked).toBeLessThan(30_000);
  });
});
