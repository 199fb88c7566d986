// How much does the load generator itself cost, and does it keep its schedule? `npm run bench:load` sends the same
// photograph to a server in Go that throws it away: over 1, 10 and 100 connections with the project's engine, autocannon
// and, where they are on the PATH, k6 and wrk; then with the project's open loop at 100 to 1,000 requests a second,
// beside a thread that only sleeps. `-- --url URL` takes another server.
// All figures share the cores with the server: compare ratios within one run, never figures of two runs.
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { findK6 } from '../../lib/bench/load/k6/program.ts';
import { runAutocannon } from './load/autocannon.ts';
import { runEngine, runEngineClosed } from './load/engine.ts';
import { startNullServer } from './load/null-server.ts';
import type { ToolJob, ToolRun } from './load/tool-run.ts';
import { hasWrk, runWrk } from './load/wrk.ts';
import { cpuMsOf } from './middleware/processes.ts';

const ROUNDS = 3;
const CONNECTIONS = [1, 10, 100];
const OPEN_RATES = [100, 500, 1000];

const print = (...measurements: readonly string[]): void => {
  const [first = '', ...rest] = measurements;
  process.stdout.write(
    `${first.padEnd(30)}${rest.map((measurement) => measurement.padStart(14)).join('')}\n`,
  );
};

/** Whether the engine k6 can be run: k6 is on the PATH or SERVING_COMPARE_K6 names it. */
const hasK6 = (): Promise<boolean> =>
  findK6().then(
    () => true,
    () => false,
  );

/** The middle one of an odd number of values. */
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[(values.length - 1) / 2] ?? NaN;

type Tool = readonly [name: string, run: (job: ToolJob) => Promise<ToolRun>];

const availableTools = async (): Promise<readonly Tool[]> => [
  ['embedded', runEngineClosed('embedded')],
  ['autocannon', runAutocannon],
  ...((await hasK6()) ? [['k6, all cores', runEngineClosed('k6')] as const] : []),
  ...(hasWrk() ? [['wrk, one thread', runWrk] as const] : []),
];

interface Figures extends ToolRun {
  /** Of the server, in cores, while the tool ran; NaN where it is not ours. */
  readonly serverCores: number;
}

const compareClosed = async (
  tools: readonly Tool[],
  job: ToolJob,
  serverCpuMs: () => number,
): Promise<void> => {
  const runs = new Map<string, Figures[]>(tools.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each round holds each tool once, so that a busy moment of the machine meets all of them.
    for (const [name, run] of tools) {
      const before = { cpuMs: serverCpuMs(), atMs: performance.now() };
      const figures = await run(job);
      const serverCores = (serverCpuMs() - before.cpuMs) / (performance.now() - before.atMs);
      runs.get(name)?.push({ ...figures, serverCores });
    }
  }
  const ofRounds = (name: string, pick: (run: Figures, round: number) => number): number =>
    median((runs.get(name) ?? []).map(pick));
  print(
    `closed loop, ${job.connections} connections`,
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

/** The share of planned times that a thread without other work meets within a millisecond. */
const bareThread = async (ratePerSecond: number, seconds: number): Promise<number> => {
  const file = new URL('load/bare-thread.js', import.meta.url);
  const thread = new Worker(file, { workerData: { ratePerSecond, seconds }, execArgv: [] });
  const [share] = (await once(thread, 'message')) as [number];
  return share;
};

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

const showOpen = async (job: Omit<ToolJob, 'connections'>): Promise<void> => {
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
      const bare = await bareThread(ratePerSecond, job.seconds);
      const level = { loop: 'open', ratePerSecond, arrivals } as const;
      const result = await runEngine('embedded', job, level);
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
    const job = {
      url: server?.url ?? values.url ?? '',
      image: join(import.meta.dirname, '../../k6/images/cat.jpg'),
      seconds: Number(values.seconds),
    };
    const [cpu] = cpus();
    print(
      `${cpus().length} cores (${cpu?.model}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`,
    );
    const tools = await availableTools();
    for (const connections of CONNECTIONS) {
      await compareClosed(tools, { ...job, connections }, () =>
        server === undefined ? NaN : cpuMsOf(server.pid),
      );
    }
    await showOpen(job);
  } finally {
    server?.stop();
  }
};

await run();
