// Measures what the load generator costs and how well it keeps its schedule. `npm run bench:load` sends the same photograph to a server in
// Go that discards it: over 1, 10 and 100 connections with the embedded load generator and, if they are on the PATH, k6 and wrk; then in
// an open loop at 100 to 1,000 requests per second, beside a thread that only sleeps. `-- --url URL` uses another server.
// The server shares the cores, so compare only ratios within one run.
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { medianOf } from '../../lib/bench/stats/moments.ts';
import { findK6 } from '../../lib/bench/load/k6/k6-process.ts';
import type { LoadGenerator } from '../../lib/bench/model/plan-options.ts';
import { createLoadProcess } from '../../lib/bench/run/load-process.ts';
import type { LoadJob } from '../../lib/bench/load/job.ts';
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import { startNullServer } from './load/null-server.ts';
import { hasWrk, runLoad, type Load } from './middleware/load.ts';
import { cpuMsOf } from './middleware/processes.ts';

const ROUNDS = 3;
const CLIENTS = [1, 10, 100];
const OPEN_RATES = [100, 500, 1000];

/** The figures of one tool in one round. */
interface ToolRun {
  readonly ratePerSecond: number;
  /** CPU time of the tool per correct answer. */
  readonly cpuMsPerRequest: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const print = (...cells: readonly string[]): void => {
  const [first = '', ...rest] = cells;
  process.stdout.write(`${first.padEnd(30)}${rest.map((cell) => cell.padStart(14)).join('')}\n`);
};

/** Whether k6 is on the PATH, or named by SERVING_COMPARE_K6. */
const hasK6 = (): Promise<boolean> =>
  findK6().then(
    () => true,
    () => false,
  );

/**
 * Runs a job in a load generator of the project, in a child process as in a real run.
 *
 * @throws Error if a request failed, because the rate of failures says nothing
 */
const runOwnLoad = async (
  generator: LoadGenerator,
  job: Pick<LoadJob, 'url' | 'images' | 'level' | 'durationSeconds'> & Partial<LoadJob>,
): Promise<LoadResult> => {
  const load = createLoadProcess(generator);
  const result = await load.run(
    { seed: 1, warmupSeconds: 1, timeoutMs: 10_000, ...job },
    () => undefined,
    new AbortController().signal,
  );
  await load.stop();
  if (result.failed > 0) throw new Error(`${result.failed} of our requests failed`);
  return result;
};

const runOwn =
  (generator: LoadGenerator) =>
  async ({ url, bodyFile, clients, seconds }: Load): Promise<ToolRun> => {
    const { requestRatePerSecond, self, succeeded, latency } = await runOwnLoad(generator, {
      url,
      images: [bodyFile],
      level: { loop: 'closed', virtualUsers: clients },
      durationSeconds: seconds,
    });
    const { p50Ms, p99Ms } = latency;
    const cpuMsPerRequest = self.cpuMs / succeeded;
    return { ratePerSecond: requestRatePerSecond, cpuMsPerRequest, p50Ms, p99Ms };
  };

const runWrk = async (load: Load): Promise<ToolRun> => {
  const { perSecond, toolCpuMs, requests, p50Ms, p99Ms } = await runLoad(load);
  return { ratePerSecond: perSecond, cpuMsPerRequest: toolCpuMs / requests, p50Ms, p99Ms };
};

type Tool = readonly [name: string, run: (load: Load) => Promise<ToolRun>];

const availableTools = async (): Promise<readonly Tool[]> => [
  ['embedded', runOwn('embedded')],
  ...((await hasK6()) ? [['k6, all cores', runOwn('k6')] as const] : []),
  ...(hasWrk() ? [['wrk, one thread', runWrk] as const] : []),
];

interface Figures extends ToolRun {
  /** Cores used by the server while the tool ran; NaN if it is not ours. */
  readonly serverCores: number;
}

const compareClosed = async (
  tools: readonly Tool[],
  load: Load,
  serverCpuMs: () => number,
): Promise<void> => {
  const runs = new Map<string, Figures[]>(tools.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Every tool runs in every round, so that a busy machine affects all of them.
    for (const [name, run] of tools) {
      const before = { cpuMs: serverCpuMs(), atMs: performance.now() };
      const figures = await run(load);
      const serverCores = (serverCpuMs() - before.cpuMs) / (performance.now() - before.atMs);
      runs.get(name)?.push({ ...figures, serverCores });
    }
  }
  const ofRounds = (name: string, pick: (run: Figures, round: number) => number): number =>
    medianOf((runs.get(name) ?? []).map(pick));
  print(
    `closed loop, ${load.clients} connections`,
    'req/s',
    'CPU ms/req',
    'p50 ms',
    'p99 ms',
    'rate ratio',
    'CPU ratio',
    'server cores',
  );
  for (const [name] of tools) {
    const ratio = (key: keyof ToolRun): number =>
      ofRounds(name, (run, round) => (runs.get('embedded')?.[round]?.[key] ?? NaN) / run[key]);
    print(
      name,
      ofRounds(name, (run) => run.ratePerSecond).toFixed(0),
      ofRounds(name, (run) => run.cpuMsPerRequest).toFixed(4),
      ofRounds(name, (run) => run.p50Ms).toFixed(2),
      ofRounds(name, (run) => run.p99Ms).toFixed(2),
      ratio('ratePerSecond').toFixed(2),
      ratio('cpuMsPerRequest').toFixed(2),
      ofRounds(name, (run) => run.serverCores).toFixed(2),
    );
  }
  print(`(medians of ${ROUNDS} rounds; the ratios are embedded ÷ tool, round by round)\n`);
};

/** Share of the planned times that an idle thread meets within a millisecond. */
const bareThread = async (ratePerSecond: number, seconds: number): Promise<number> => {
  const file = new URL('load/bare-thread.js', import.meta.url);
  const thread = new Worker(file, { workerData: { ratePerSecond, seconds }, execArgv: [] });
  const [share] = (await once(thread, 'message')) as [number];
  return share;
};

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const showOpen = async (load: Omit<Load, 'clients'>): Promise<void> => {
  print(
    'open loop',
    'req/s',
    'within 1 ms',
    'bare thread',
    'unsent',
    'CPU share',
    'p50 ms',
    'p99 ms',
  );
  for (const ratePerSecond of OPEN_RATES) {
    for (const arrivals of ['constant', 'poisson'] as const) {
      const bare = await bareThread(ratePerSecond, load.seconds);
      const result = await runOwnLoad('embedded', {
        url: load.url,
        images: [load.bodyFile],
        level: { loop: 'open', ratePerSecond, arrivals },
        durationSeconds: load.seconds,
      });
      print(
        `${ratePerSecond}/s, ${arrivals}`,
        result.requestRatePerSecond.toFixed(0),
        percent(1 - result.delayedShare),
        percent(bare),
        String(result.unsent),
        result.self.cpuShare.toFixed(2),
        result.latency.p50Ms.toFixed(2),
        result.latency.p99Ms.toFixed(2),
      );
    }
  }
};

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, seconds: { type: 'string', default: '4' } },
  });
  const server = values.url === undefined ? await startNullServer() : undefined;
  try {
    const load = {
      url: server?.url ?? values.url ?? '',
      contentType: 'image/jpeg',
      bodyFile: join(import.meta.dirname, '../../k6/images/cat.jpg'),
      seconds: Number(values.seconds),
    };
    const [cpu] = cpus();
    print(
      `${cpus().length} cores (${cpu?.model}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`,
    );
    const tools = await availableTools();
    for (const clients of CLIENTS) {
      await compareClosed(tools, { ...load, clients }, () =>
        server === undefined ? NaN : cpuMsOf(server.pid),
      );
    }
    await showOpen(load);
  } finally {
    server?.stop();
  }
};

await run();
