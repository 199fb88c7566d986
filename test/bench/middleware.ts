/**
 * Measures the cost of the middleware. Sends load on every path to a serving that computes nothing, and compares it with decoding alone (a),
 * with forwarding alone (b), and with a middleware of one process, all in the same run:
 *
 *     npm run bench:middleware [-- --quick | --soak MINUTES] [--only TEXT] [--processes N]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import sharp from 'sharp';
import { meanOf, medianOf } from '../../lib/bench/stats/moments.ts';
import { manifestOf, RESNET50, servingNames } from '../../serving-configs/index.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import { bytesSent, type Case, cases as allCases } from './middleware/cases.ts';
import { hasWrk, type Load, type LoadFigures, runLoad } from './middleware/load.ts';
import { cpuMsOf, end, residentBytesOf, start, type Started } from './middleware/processes.ts';

const SOURCE = 'k6/images/galaxies.jpg';
const TARGET_BYTES = 200_000;

interface Image {
  readonly file: string;
  readonly bytes: Buffer;
  /** Source and format, for people. */
  readonly description: string;
}

/** Creates a JPEG of 1000×750 pixels from a photograph of the data set, with the quality that comes closest to 200 kB. */
const makeImage = async (folder: string): Promise<Image> => {
  const pixels = sharp(SOURCE).resize(1000, 750, { fit: 'cover' });
  let best = { quality: 0, bytes: Buffer.alloc(0) };
  for (let quality = 50; quality <= 99; quality += 1) {
    const bytes = await pixels.clone().jpeg({ quality }).toBuffer();
    const distance = Math.abs(bytes.length - TARGET_BYTES);
    if (distance < Math.abs(best.bytes.length - TARGET_BYTES)) best = { quality, bytes };
  }
  const file = path.join(folder, 'image.jpg');
  writeFileSync(file, best.bytes);
  const size = (best.bytes.length / 1000).toFixed(0);
  const description = `${SOURCE} as a JPEG of 1000×750, quality ${best.quality}, ${size} kB`;
  return { file, bytes: best.bytes, description };
};

const FORM_CONTENT_TYPE = 'multipart/form-data; boundary=benchmark-boundary-5e1f';

/** Writes the image as the field `image` of a form. */
const makeForm = (folder: string, { bytes }: Image): string => {
  const file = path.join(folder, 'form.bin');
  const head =
    '--benchmark-boundary-5e1f\r\n' +
    'Content-Disposition: form-data; name="image"; filename="image.jpg"\r\n' +
    'Content-Type: image/jpeg\r\n\r\n';
  const tail = '\r\n--benchmark-boundary-5e1f--\r\n';
  writeFileSync(file, Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]));
  return file;
};

const SOAK_CLIENTS = 64;
const SOAK_STEP_SECONDS = 10;

interface Soak {
  readonly middleware: Started;
  readonly cases: readonly Case[];
  readonly loadOf: (path: Case) => Load;
  readonly minutes: number;
  readonly say: (text: string) => void;
}

/** Sends load of 64 clients on all paths in turn and prints the memory. It is flat if the second half is at most 5 % above the first. */
const soak = async ({ middleware, cases, loadOf, minutes, say }: Soak): Promise<void> => {
  const residentMb: number[] = [];
  const steps = Math.ceil((minutes * 60) / SOAK_STEP_SECONDS);
  for (let step = 0; step < steps; step += 1) {
    const taken = cases[step % cases.length];
    if (taken === undefined) throw new Error('no case to run');
    const load = { ...loadOf(taken), clients: SOAK_CLIENTS, seconds: SOAK_STEP_SECONDS };
    const { perSecond, failures } = await runLoad(load);
    const now = residentBytesOf(middleware.pid) / 2 ** 20;
    residentMb.push(now);
    say(
      `${String((step + 1) * SOAK_STEP_SECONDS).padStart(4)} s  ${now.toFixed(0).padStart(5)} MB  ${perSecond.toFixed(0).padStart(5)} req/s  ${failures} failures  ${taken.name}`,
    );
  }
  // The first turn through all paths fills pools and heaps, so it does not count.
  const turns = residentMb.slice(cases.length);
  const half = Math.floor(turns.length / 2);
  const [early, late] = [meanOf(turns.slice(0, half)), meanOf(turns.slice(half))];
  const growth = (late / early - 1) * 100;
  say(
    `Memory of ${SOAK_CLIENTS} clients: ${early.toFixed(0)} MB in the first half, ${late.toFixed(0)} MB in the second, ${growth.toFixed(1)} %: ${growth <= 5 ? 'flat (met)' : 'it grows (not met)'}.`,
  );
};

/** Latency that the middleware adds, without decoding and the serving. */
interface AddedLatency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const durationOf = (serverTiming: string, phase: string): number =>
  Number(new RegExp(`${phase};dur=([\\d.]+)`).exec(serverTiming)?.[1] ?? Number.NaN);

/** Sends one request after another and subtracts the phases `decode` and `upstream` from the latency of each. */
const addedLatency = async (
  url: string,
  contentType: string,
  body: Buffer,
  requests: number,
): Promise<AddedLatency> => {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const added: number[] = [];
  const warmUp = Math.ceil(requests / 10);
  for (let count = 0; count < warmUp + requests; count += 1) {
    const sentMs = performance.now();
    const answer = await pool.request({
      path: pathname + search,
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    await answer.body.text();
    const latencyMs = performance.now() - sentMs;
    const timing = String(answer.headers['server-timing']);
    if (count < warmUp) continue;
    added.push(latencyMs - durationOf(timing, 'decode') - durationOf(timing, 'upstream'));
  }
  await pool.close();
  added.sort((a, b) => a - b);
  const at = (share: number): number => added[Math.ceil(share * added.length) - 1] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
};

interface Measured extends LoadFigures {
  /** CPU time of the measured processes per request. */
  readonly cpuMs: number;
  /** CPU time of the serving per request. */
  readonly servingCpuMs: number;
  readonly residentMb: number;
}

/** Sends load to a process and its children, after a warm-up. */
const measure = async (
  subject: Started,
  serving: Started,
  load: Load,
  warmUpSeconds: number,
): Promise<Measured> => {
  await runLoad({ ...load, seconds: warmUpSeconds });
  const [beforeMs, servingBeforeMs] = [cpuMsOf(subject.pid), cpuMsOf(serving.pid)];
  const figures = await runLoad(load);
  const cpuMs = (cpuMsOf(subject.pid) - beforeMs) / figures.requests;
  const servingCpuMs = (cpuMsOf(serving.pid) - servingBeforeMs) / figures.requests;
  return { ...figures, cpuMs, servingCpuMs, residentMb: residentBytesOf(subject.pid) / 2 ** 20 };
};

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
  const { model } = manifestOf(passThrough.serving, RESNET50);
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
