import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT_LOADER } from '../../lib/bench/run/child-process.ts';

import { answerCorrectly, requestsArrived, useFakeServing } from '../support/fake-serving.ts';
import { cat, imagesDir, root, servingUrlsTo } from '../support/middleware.ts';
import { listenTcp } from '../support/tcp-server.ts';

const wait = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Shorter than the timeout of a test, so that an unanswered request fails by itself. */
const REQUEST_TIMEOUT_MS = 15_000;

/** The id of the first child of a process. */
const workerOf = (pid: number): number => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
};

const infer = async (url: string): Promise<Response> =>
  fetch(`${url}/infer/torchserve`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', connection: 'close' },
    body: cat,
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });

/** The value of a metric; `name` includes the labels. */
const metric = async (url: string, name: string): Promise<number> => {
  const answer = await fetch(`${url}/metrics`, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await answer.text();
  const metricLine = text.split('\n').find((line) => line.startsWith(`${name} `));
  return Number(metricLine?.split(' ').at(-1));
};

interface Ended {
  readonly code: number | null;
  readonly errors: string;
}

interface Announcement {
  readonly url: string;
  readonly processes: number;
}

interface Server {
  readonly child: ChildProcess;
  /** The first line of output; undefined if the process ended without one. */
  readonly announced: Promise<Announcement | undefined>;
  readonly ended: Promise<Ended>;
}

describe('The middleware server', () => {
  const serving = useFakeServing();
  const servers: Server[] = [];

  afterEach(async () => {
    for (const { child, ended } of servers.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });

  const startServer = (env: Readonly<Record<string, string>> = {}): Server => {
    const child = spawn(
      process.execPath,
      [...TYPESCRIPT_LOADER, path.join(root, 'middleware/server.ts')],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          ...process.env,
          PORT: '0',
          IMAGES_DIR: imagesDir,
          SERVING_URLS: JSON.stringify(servingUrlsTo(serving.url)),
          ...env,
        },
      },
    );
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('the server has no output');
    let errors = '';
    stderr.setEncoding('utf8').on('data', (part: string) => {
      errors += part;
    });
    // Not `close`, which is not emitted if this side closed the channel.
    const ended = Promise.all([once(child, 'exit'), once(stderr, 'end')]).then(([[code]]) => ({
      code: code as number | null,
      errors,
    }));
    const announced = new Promise<Announcement | undefined>((resolve) => {
      createInterface({ input: stdout }).once('line', (line) => {
        resolve(JSON.parse(line));
      });
      void ended.then(() => {
        resolve(undefined);
      });
    });
    const server = { child, announced, ended };
    servers.push(server);
    return server;
  };

  const listening = async (server: Server): Promise<Announcement> => {
    const announcement = await server.announced;
    if (announcement === undefined) throw new Error(`it ended: ${(await server.ended).errors}`);
    return announcement;
  };

  /** The statuses of requests that are in flight when the server gets SIGTERM. */
  const inFlightAtSigterm = async ({ child }: Server, url: string): Promise<number[]> => {
    serving.received.length = 0;
    serving.behave = (...request) => void setTimeout(() => answerCorrectly(...request), 400);
    const answers = Array.from({ length: 6 }, async () => infer(url));
    await requestsArrived(serving, 6);
    child.kill('SIGTERM');
    return (await Promise.all(answers)).map(({ status }) => status);
  };

  it('answers requests in flight at SIGTERM, then exits with 0', async () => {
    const server = startServer({ PROCESSES: '1' });
    const { url } = await listening(server);

    expect(await inFlightAtSigterm(server, url)).toEqual(Array(6).fill(200));
    await expect(server.ended).resolves.toEqual({ code: 0, errors: '' });
    await expect(infer(url)).rejects.toThrow();
  });

  it('runs several processes as one, replaces one that dies, and ends them together', async () => {
    const server = startServer({ PROCESSES: '3' });
    const { url, processes } = await listening(server);
    expect(processes).toBe(3);
    await expect(metric(url, 'middleware_processes')).resolves.toBe(3);

    const seen = new Set<string | null>();
    for (let count = 0; count < 40 && seen.size < 3; count += 1) {
      seen.add((await infer(url)).headers.get('middleware-process'));
    }
    expect(seen).toEqual(new Set(['1/3', '2/3', '3/3']));
    await expect(
      metric(
        url,
        'middleware_requests_total{serving="torchserve",protocol="rest",payload="image",status="200"}',
      ),
    ).resolves.toBeGreaterThanOrEqual(3);
    for (const label of ['1', '2', '3', 'primary']) {
      await expect(
        metric(url, `process_cpu_seconds_total{process="${label}"}`),
      ).resolves.toBeGreaterThan(0);
    }

    // Until the primary process notices the death, it may still hand connections to the dead worker.
    const message = once(server.child.stderr ?? server.child, 'data');
    process.kill(workerOf(server.child.pid ?? 0), 'SIGKILL');
    expect(String(await message)).toContain('SIGKILL');
    expect((await infer(url)).headers.get('middleware-process')).toMatch(/^[123]\/[23]$/);

    while ((await metric(url, 'middleware_processes')) < 3) await wait(50);
    await expect(metric(url, 'middleware_processes')).resolves.toBe(3);
    await expect(metric(url, 'middleware_process_restarts_total')).resolves.toBe(1);

    // Metrics may be requested while the processes end.
    const scrapes = Promise.allSettled(
      Array.from({ length: 20 }, async () => metric(url, 'middleware_processes')),
    );
    expect(await inFlightAtSigterm(server, url)).toEqual(Array(6).fill(200));
    const { code, errors } = await server.ended;
    expect([code, errors.trim().split('\n')]).toEqual([0, [expect.stringContaining('SIGKILL')]]);
    await scrapes;
  });

  it('exits with 1 when a request outlasts the time to stop', async () => {
    const server = startServer({ PROCESSES: '1', STOP_TIMEOUT_MS: '300' });
    const { url } = await listening(server);
    serving.behave = () => undefined;
    const answers = Promise.allSettled([infer(url)]);
    await requestsArrived(serving);
    server.child.kill('SIGTERM');

    const { code, errors } = await server.ended;
    const [answer] = await answers;
    expect(answer.status).toBe('rejected');
    expect(code).toBe(1);
    expect(errors).toContain('300 ms');
  });

  it('ends when its parent ends', async () => {
    const server = startServer({ PROCESSES: '1' });
    await listening(server);
    server.child.disconnect();

    await expect(server.ended).resolves.toEqual({ code: 0, errors: '' });
  });

  it.each([['1'], ['2']])(
    'with %s processes exits with 2 when its port is taken',
    async (processes) => {
      const other = await listenTcp(() => undefined);
      const { port } = new URL(other.url);
      const { code, errors } = await startServer({ PROCESSES: processes, PORT: port }).ended;

      expect(code).toBe(2);
      expect(errors).toContain(`127.0.0.1:${port} (EADDRINUSE)`);
    },
  );
});
