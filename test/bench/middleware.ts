/**
 * Measures the cost of the middleware. Sends load on every path to a serving that computes nothing, and compares it with decoding alone (a),
 * with forwarding alone (b), and with a middleware of one process, all in the same run:
 *
 *     npm run bench:middleware [-- --quick | --soak MINUTES] [--only TEXT] [--processes N]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { meanOf, medianOf } from '../../lib/bench/stats/moments.ts';
import { manifestOf, servingNames } from '../../serving-configs/index.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import { addedLatency } from './middleware/added-latency.ts';
import type { AddedLatency } from './middleware/added-latency.ts';
import { bytesSent, cases as allCases } from './middleware/cases.ts';
import type { Case } from './middleware/cases.ts';
import { hasWrk, runLoad } from './middleware/load.ts';
import type { Load } from './middleware/load.ts';
import { measure } from './middleware/measure.ts';
import type { Measured } from './middleware/measure.ts';
import { FORM_CONTENT_TYPE, makeForm, makeImage } from './middleware/image.ts';
import { end, start } from './middleware/processes.ts';
import type { Started } from './middleware/processes.ts';
import { soak } from './middleware/soak.ts';

const CLIENTS = 16;
const here = path.join(import.meta.dirname, 'middleware');

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    soak: { type: 'string' },
    only: { type: 'string', default: '' },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
});
const processes = Number(values.processes);
const cases = allCases.filter(({ name }) => name.includes(values.only));
const rounds = values.quick ? 1 : 3;
const seconds = values.quick ? 2 : 5;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const sayRow = (cells: readonly string[]): void => say(`| ${cells.join(' | ')} |`);
const sayHead = (titles: readonly string[]): void => {
  sayRow(titles);
  sayRow(titles.map(() => '---'));
};
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
};

const folder = mkdtempSync(path.join(tmpdir(), 'bench-middleware-'));
const started: Started[] = [];
/** Starts a process that is ended with the benchmark. */
const startProcess = async (...args: Parameters<typeof start>): Promise<Started> => {
  const child = await start(...args);
  started.push(child);
  return child;
};

const run = async (): Promise<void> => {
  if (!hasWrk()) throw new Error('This needs wrk: apt-get install wrk.');
  const image = await makeImage(folder);
  const formFile = makeForm(folder, image);
  const serving = await startProcess(path.join(here, 'null-serving.ts'));
  const servingUrl = String(serving.ready.url);
  const grpcServings = new Map<ServingName, Started>();
  for (const { serving: id } of cases.filter(({ protocol }) => protocol === 'grpc')) {
    if (grpcServings.has(id)) continue;
    const options = ['--serving', id, '--port', '0', '--engine', 'noop'];
    grpcServings.set(id, await startProcess('serving-configs/reference/main.ts', options));
  }
  const urlsOf = (id: ServingName) => ({
    rest: servingUrl,
    grpc: grpcServings.get(id)?.ready.grpcUrl,
  });
  const startMiddleware = async (count: number): Promise<Started> =>
    startProcess('middleware/server.ts', [], {
      PORT: '0',
      PROCESSES: String(count),
      SERVING_URLS: JSON.stringify(Object.fromEntries(servingNames.map((id) => [id, urlsOf(id)]))),
    });
  const middleware = await startMiddleware(processes);
  const alone = processes > 1 ? await startMiddleware(1) : undefined;
  const loadOf = (
    { serving: id, protocol, payload, encoding, isForm }: Case,
    { ready } = middleware,
  ): Load => ({
    url: `${String(ready.url)}${protocol === 'grpc' ? '/grpc' : ''}/infer/${id}?payload=${payload}&encoding=${encoding}`,
    contentType: isForm ? FORM_CONTENT_TYPE : 'image/jpeg',
    bodyFile: isForm ? formFile : image.file,
    clients: CLIENTS,
    seconds,
  });

  say(
    `Middleware with ${processes} processes against a serving that computes nothing, ${CLIENTS} clients (wrk).`,
  );
  say(
    `Machine: ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; all processes share it.`,
  );
  say(`Image: ${image.description}.`);

  if (values.soak !== undefined) {
    await soak({ middleware, cases, loadOf, minutes: Number(values.soak), say });
    return;
  }

  const [passThrough] = allCases;
  if (passThrough === undefined) throw new Error('no case to measure');
  const { model } = manifestOf(passThrough.serving);
  const upstream = `${servingUrl}/predictions/${model.name}`;
  const forward = await startProcess(path.join(here, 'bare-forward.ts'), [
    upstream,
    String(processes),
  ]);
  const forwardLoad = { ...loadOf(passThrough), url: String(forward.ready.url) };

  // Until V8 has compiled the code, a request costs several times as much as later.
  const warmUpSeconds = values.quick ? 2 : 5;
  await runLoad({ ...forwardLoad, seconds: warmUpSeconds });
  for (const testCase of cases) {
    progress(`warm-up: ${testCase.name}`);
    for (const subject of [middleware, alone]) {
      if (subject !== undefined) {
        await runLoad({ ...loadOf(testCase, subject), seconds: warmUpSeconds });
      }
    }
  }

  const measured = new Map<string, Measured[]>();
  /** Several processes ÷ one, for each case and round. */
  const overOne: { readonly name: string; readonly rate: number; readonly cpu: number }[] = [];
  const sharpsMs: number[] = [];
  const forwardsMs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}: references`);
    // As many at once as the middleware has processes, so that hyper-threads slow down both sides of a ratio.
    const sharpRuns = await Promise.all(
      Array.from({ length: processes }, async () =>
        start(path.join(here, 'bare-sharp.ts'), [image.file, String(seconds * 30)]),
      ),
    );
    sharpsMs.push(meanOf(sharpRuns.map(({ ready }) => Number(ready.cpuMs))));
    const forwardCpuMs = [(await measure(forward, serving, forwardLoad, 1)).cpuMs];
    for (const testCase of cases) {
      progress(`round ${round} of ${rounds}: ${testCase.name}`);
      const grpcServing =
        testCase.protocol === 'grpc' ? grpcServings.get(testCase.serving) : undefined;
      const behind = grpcServing ?? serving;
      const figures = await measure(middleware, behind, loadOf(testCase), 1);
      if (alone !== undefined) {
        const { perSecond: rate, cpuMs: cpu } = await measure(
          alone,
          behind,
          loadOf(testCase, alone),
          1,
        );
        overOne.push({
          name: testCase.name,
          rate: figures.perSecond / rate,
          cpu: figures.cpuMs / cpu,
        });
      }
      if (figures.failures > 0) throw new Error(`${testCase.name}: ${figures.failures} failures`);
      measured.set(testCase.name, [...(measured.get(testCase.name) ?? []), figures]);
      // Repeated after each path that is compared with it, so that a busy neighbour affects both sides.
      if (testCase.payload === 'image') {
        forwardCpuMs.push((await measure(forward, serving, forwardLoad, 1)).cpuMs);
      }
    }
    forwardsMs.push(meanOf(forwardCpuMs));
  }

  const added = new Map<string, AddedLatency>();
  for (const testCase of cases) {
    progress(`added latency: ${testCase.name}`);
    const load = loadOf(testCase);
    const body = readFileSync(load.bodyFile);
    added.set(
      testCase.name,
      await addedLatency(load.url, load.contentType, body, values.quick ? 200 : 1000),
    );
  }

  const sharpMs = medianOf(sharpsMs);
  const forwardMs = medianOf(forwardsMs);
  say(
    `(a) decoding and resizing alone, ${processes} at once: ${sharpMs.toFixed(2)} ms CPU. (b) forwarding alone: ${forwardMs.toFixed(3)} ms CPU.`,
  );
  say(`Medians of ${rounds} rounds of ${seconds} s.\n`);
  sayHead([
    'path',
    'CPU ms',
    "serving's CPU ms",
    'req/s',
    'p50 ms',
    'p99 ms',
    'RSS MB',
    'bytes sent',
    'copies of the payload',
    '÷ (a)',
    '÷ (b)',
    'added p50 / p99 ms',
  ]);
  for (const testCase of cases) {
    const figures = measured.get(testCase.name) ?? [];
    const median = (valueOf: (figure: Measured) => number): number =>
      medianOf(figures.map(valueOf));
    const cpu = median(({ cpuMs }) => cpuMs);
    const latency = added.get(testCase.name);
    sayRow([
      testCase.name,
      cpu.toFixed(3),
      median(({ servingCpuMs }) => servingCpuMs).toFixed(3),
      median(({ perSecond }) => perSecond).toFixed(0),
      median(({ p50Ms }) => p50Ms).toFixed(1),
      median(({ p99Ms }) => p99Ms).toFixed(1),
      median(({ residentMb }) => residentMb).toFixed(0),
      (await bytesSent(testCase, image.bytes)).toLocaleString('en'),
      testCase.copies,
      (cpu / sharpMs).toFixed(2),
      (cpu / forwardMs).toFixed(2),
      `${latency?.p50Ms.toFixed(2)} / ${latency?.p99Ms.toFixed(2)}`,
    ]);
  }
  if (alone === undefined) return;
  say(`\n${processes} processes ÷ one, medians over the rounds:`);
  sayHead(['path', 'rate', 'CPU ms']);
  for (const { name } of cases) {
    const ratios = overOne.filter((ratio) => ratio.name === name);
    sayRow([
      name,
      medianOf(ratios.map(({ rate }) => rate)).toFixed(2),
      medianOf(ratios.map(({ cpu }) => cpu)).toFixed(2),
    ]);
  }
};

run()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(async () => {
    await Promise.all(started.map(end));
    rmSync(folder, { recursive: true });
    process.disconnect?.();
  });
