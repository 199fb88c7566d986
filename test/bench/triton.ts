/**
 * The apparatus beside NVIDIA's own, on the real Triton with a backend that answers at once:
 *
 *     npm run bench:triton [-- --quick] [--serving triton_onnx]
 *
 * 1. Our load engine and perf_analyzer straight at it, one after the other at each concurrency.
 * 2. What the middleware adds to one client's request, beside perf_analyzer's latency without it.
 *
 * Needs `npx bench setup --servings triton_onnx` and g++. All share the cores: compare ratios within one run.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Path } from '../../lib/bench/plan/cell.ts';
import { createEncodedRequests } from '../../lib/bench/run/encoded-requests.ts';
import { inferUrl } from '../../lib/bench/run/infer.ts';
import { runLoad } from '../../lib/bench/run/load-process.ts';
import { startMiddleware } from '../../lib/bench/run/middleware-process.ts';
import { manifestOf, type ServingName } from '../../serving-configs/index.ts';
import { PROTOCOLS, type Protocol } from '../../serving-configs/manifest.ts';
import { addedLatency } from './middleware/added-latency.ts';
import { median } from './middleware/measure.ts';
import { end, start } from './middleware/processes.ts';
import { textTable } from './middleware/text-table.ts';
import { runPerfAnalyzer, type Finding } from './triton/perf-analyzer.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    serving: { type: 'string', default: 'triton_onnx' },
  },
});
const serving = values.serving as ServingName;
const ROUNDS = values.quick ? 1 : 3;
const WINDOW_SECONDS = values.quick ? 1 : 2;
const CONCURRENCIES = [1, 2, 4, 8, 16];
const ADDED_REQUESTS = values.quick ? 300 : 2000;
const IMAGES = join(import.meta.dirname, '../../k6/images');
const PICTURE = join(IMAGES, 'cat.jpg');
const { signal } = new AbortController();

const say = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};
const ms = (value: number): string => value.toFixed(2);
const ratio = (ours: number, theirs: number): string => (ours / theirs).toFixed(2);
const pathOver = (protocol: Protocol): Path => ({
  serving,
  protocol,
  payload: 'tensor',
  encoding: protocol === 'rest' ? 'binary' : 'raw',
});

const running = await start('serving-configs/venv/main.ts', [
  '--serving',
  serving,
  '--engine',
  'null',
  '--port',
  '0',
]);
const urls: Readonly<Record<Protocol, string>> = {
  rest: String(running.said.url),
  grpc: String(running.said.grpcUrl),
};
const withMiddleware = async <T>(
  processes: number,
  use: (url: string) => Promise<T>,
): Promise<T> => {
  const middleware = await startMiddleware({
    servingUrls: { [serving]: urls },
    imagesDir: IMAGES,
    port: 0,
    processes,
    upstreamTimeoutMs: 20_000,
    seed: 1,
  });
  try {
    return await use(middleware.url);
  } finally {
    await middleware.stop();
  }
};
const requests = createEncodedRequests([PICTURE]);
const addressOf = (protocol: Protocol): string => new URL(urls[protocol]).host;

const ours = async (protocol: Protocol, virtualUsers: number): Promise<Finding> => {
  const encoded = await withMiddleware(1, (url) => requests.of(url, pathOver(protocol), signal));
  const { requestRatePerSecond, latency, failed } = await runLoad(
    {
      url: urls[protocol] + encoded.target,
      protocol,
      images: encoded.files,
      headers: encoded.headers,
      seed: 1,
      level: { loop: 'closed', virtualUsers },
      warmupSeconds: 1,
      durationSeconds: 3 * WINDOW_SECONDS,
      timeoutMs: 10_000,
      expect: 'status',
    },
    () => undefined,
    signal,
    'embedded',
  );
  if (failed > 0) throw new Error(`${failed} of our requests failed`);
  return { ratePerSecond: requestRatePerSecond, p50Ms: latency.p50Ms, p99Ms: latency.p99Ms };
};

const theirs = (protocol: Protocol, concurrency: number): Promise<Finding> =>
  runPerfAnalyzer({
    address: addressOf(protocol),
    protocol,
    model: manifestOf(serving).model.name,
    concurrency,
    windowSeconds: WINDOW_SECONDS,
  });

/** Both tools by turns, so that a busy moment of the machine meets both; the medians of the rounds. */
const compare = async (protocol: Protocol, concurrency: number): Promise<readonly string[]> => {
  const rounds: { readonly own: Finding; readonly peer: Finding }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      own: await ours(protocol, concurrency),
      peer: await theirs(protocol, concurrency),
    });
  }
  const of = (tool: 'own' | 'peer', key: keyof Finding): number =>
    median(rounds.map((round) => round[tool][key]));
  return [
    protocol,
    String(concurrency),
    of('own', 'ratePerSecond').toFixed(0),
    of('peer', 'ratePerSecond').toFixed(0),
    ratio(of('own', 'ratePerSecond'), of('peer', 'ratePerSecond')),
    ms(of('own', 'p50Ms')),
    ms(of('peer', 'p50Ms')),
    ratio(of('own', 'p50Ms'), of('peer', 'p50Ms')),
    ms(of('own', 'p99Ms')),
    ms(of('peer', 'p99Ms')),
  ];
};

const added = async (protocol: Protocol, processes: number): Promise<readonly string[]> => {
  const body = await readFile(PICTURE);
  const { p50Ms, p99Ms } = await withMiddleware(processes, (url) =>
    addedLatency(inferUrl(url, pathOver(protocol)), 'image/jpeg', body, ADDED_REQUESTS),
  );
  const direct = await theirs(protocol, 1);
  return [protocol, String(processes), ms(p50Ms), ms(p99Ms), ms(direct.p50Ms), ms(direct.p99Ms)];
};

try {
  const [cpu] = cpus();
  say(
    `${cpus().length} cores (${cpu?.model}), load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  say(`${manifestOf(serving).title}, the real server, with a backend that answers at once\n`);
  const compared: (readonly string[])[] = [];
  for (const protocol of PROTOCOLS) {
    for (const concurrency of CONCURRENCIES) compared.push(await compare(protocol, concurrency));
  }
  const head = [
    'protocol',
    'concurrency',
    'ours/s',
    'perf_analyzer/s',
    'ratio',
    'p50 ms',
    'theirs',
    'ratio',
  ];
  say(textTable([...head, 'p99 ms', 'theirs'], compared));
  say(`(medians of ${ROUNDS} rounds; both straight at the server)\n`);
  const rows: (readonly string[])[] = [];
  for (const processes of new Set([1, availableParallelism()])) {
    for (const protocol of PROTOCOLS) rows.push(await added(protocol, processes));
  }
  say(
    textTable(
      ['protocol', 'processes', 'added p50 ms', 'added p99 ms', 'server p50 ms', 'server p99 ms'],
      rows,
    ),
  );
  say(
    '(one client; added = its latency less decoding and the wait for the server; server = perf_analyzer without us)',
  );
} finally {
  await requests.remove();
  await end(running);
}
