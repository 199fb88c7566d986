// How much does the load generator itself cost? `npm run bench:load` sends the same photograph to the simulated server
// with the engine that answers at once, first with the project's engine, autocannon and, where they are on the PATH, k6
// and wrk, then with the project's open loop at half of its no-op limit. `-- --url URL` takes another server.
// All figures share the cores with the server: compare ratios within one run, never figures of two runs.
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findK6 } from '../../lib/bench/load/k6/program.ts';
import { runAutocannon } from './load/autocannon.ts';
import { runEngine, runEngineClosed } from './load/engine.ts';
import { startReferenceServing } from '../support/reference-serving.ts';
import type { ToolJob, ToolRun } from './load/tool-run.ts';
import { hasWrk, runWrk } from './load/wrk.ts';

const ROUNDS = 3;
const CONNECTIONS = 10;

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

const compareClosed = async (job: ToolJob): Promise<number> => {
  const tools: (readonly [string, (job: ToolJob) => Promise<ToolRun>])[] = [
    ['embedded', runEngineClosed('embedded')],
    ['autocannon', runAutocannon],
  ];
  if (await hasK6()) tools.push(['k6, all cores', runEngineClosed('k6')]);
  if (hasWrk()) tools.push(['wrk, one thread', runWrk]);
  const runs = new Map<string, ToolRun[]>(tools.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each round holds each tool once, so that a busy moment of the machine meets all of them.
    for (const [name, run] of tools) {
      runs.get(name)?.push(await run(job));
    }
  }
  const figure = (name: string, key: keyof ToolRun): number =>
    median((runs.get(name) ?? []).map((run) => run[key]));
  print(
    `closed loop, ${job.connections} connections`,
    'req/s',
    'CPU ms/req',
    'p50 ms',
    'p99 ms',
    'rate ratio',
    'CPU ratio',
  );
  for (const [name] of tools) {
    const [rate, cpu] = [figure(name, 'ratePerSecond'), figure(name, 'cpuMsPerRequest')];
    print(
      name,
      rate.toFixed(0),
      cpu.toFixed(4),
      figure(name, 'p50Ms').toFixed(2),
      figure(name, 'p99Ms').toFixed(2),
      (figure('embedded', 'ratePerSecond') / rate).toFixed(2),
      (figure('embedded', 'cpuMsPerRequest') / cpu).toFixed(2),
    );
  }
  print(`(medians of ${ROUNDS} rounds; the ratios are embedded ÷ tool)\n`);
  return figure('embedded', 'ratePerSecond');
};

const showOpen = async (job: ToolJob, ratePerSecond: number): Promise<void> => {
  print('open loop, Poisson', 'planned/s', 'req/s', 'within 1 ms', 'unsent', 'CPU share', 'p99 ms');
  for (const share of [0.1, 0.5]) {
    const rate = Math.round(ratePerSecond * share);
    const result = await runEngine('embedded', job, {
      loop: 'open',
      ratePerSecond: rate,
      arrivals: 'poisson',
    });
    print(
      `${share * 100} % of the no-op limit`,
      String(rate),
      result.requestRatePerSecond.toFixed(0),
      `${((1 - result.delayedShare) * 100).toFixed(2)} %`,
      String(result.unsent),
      result.self.cpuShare.toFixed(2),
      result.latency.p99Ms.toFixed(2),
    );
  }
};

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, seconds: { type: 'string', default: '4' } },
  });
  const serving =
    values.url === undefined
      ? await startReferenceServing('--engine=null')
      : { url: values.url, stop: () => Promise.resolve() };
  try {
    const job: ToolJob = {
      url: serving.url,
      image: join(import.meta.dirname, '../../k6/images/cat.jpg'),
      connections: CONNECTIONS,
      seconds: Number(values.seconds),
    };
    const [cpu] = cpus();
    print(
      `${cpus().length} cores (${cpu?.model}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}\n`,
    );
    await showOpen(job, await compareClosed(job));
  } finally {
    await serving.stop();
  }
};

await run();
