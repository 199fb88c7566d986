import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { BenchError } from '../errors.ts';
import type { LoadEvent } from '../load/result.ts';
import type { Cell } from '../plan/cell.ts';
import type { CompletedCell, ServingStart } from '../results/record.ts';
import { inferUrl, mediaTypeOf } from './infer-url.ts';
import { runLoadProcess } from './load-process.ts';
import {
  type MiddlewareSnapshot,
  type RunningMiddleware,
  useBetween,
} from './middleware-process.ts';
import { processCpuMs } from './process-cpu.ts';
import type { RunningServing } from './serving-process.ts';

/** What a cell is measured with. */
export interface Bench {
  readonly middleware: RunningMiddleware;
  readonly imagesFolder: string;
  /** Files of the data set. */
  readonly files: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Sends one request to a serving that has answered none, and says how long that took. It is no part of the window: what
 * a platform does at its first request is a figure of its own.
 */
export const measureFirstRequest = async (
  bench: Bench,
  cell: Cell,
  serving: RunningServing,
): Promise<ServingStart> => {
  const file = bench.files[0] ?? '';
  const body = await readFile(path.join(bench.imagesFolder, file));
  const sentAt = performance.now();
  const response = await fetch(inferUrl(bench.middleware.url, cell.path), {
    method: 'POST',
    headers: { 'content-type': mediaTypeOf(file) ?? 'application/octet-stream' },
    body,
    signal: AbortSignal.any([bench.signal, AbortSignal.timeout(cell.timeoutMs)]),
  });
  const answer = await response.text();
  const firstRequestMs = performance.now() - sentAt;
  if (response.status !== 200) {
    throw new BenchError(
      'BENCH_FIRST_REQUEST',
      `The first request of ${cell.path.serving} was answered with ${response.status}: ${answer}`,
    );
  }
  return { timeToReadyMs: serving.timeToReadyMs, firstRequestMs };
};

interface Snapshot {
  readonly middleware: MiddlewareSnapshot;
  readonly servingCpuMs: number | undefined;
}

/**
 * Measures one cell against a serving that runs. `expected` holds the right class of each file; `samplesFile` takes the
 * raw samples.
 */
export const measureCell = async (
  bench: Bench,
  cell: Cell,
  serving: RunningServing,
  options: {
    readonly expected: readonly number[];
    readonly samplesFile: string;
    readonly seed: number;
    readonly onProgress: (progress: Extract<LoadEvent, { event: 'progress' }>) => void;
  },
): Promise<Pick<CompletedCell, 'load' | 'middleware' | 'servingCpuMs'>> => {
  const takeSnapshot = async (): Promise<Snapshot> => ({
    middleware: await bench.middleware.snapshot(),
    servingCpuMs: await processCpuMs(serving.child.pid),
  });
  // Asked for at the edges of the window, while the load goes on: so the request must not wait for an answer here.
  const edges: Promise<Snapshot>[] = [];
  const load = await runLoadProcess(
    {
      url: inferUrl(bench.middleware.url, cell.path),
      images: bench.files.map((file) => path.join(bench.imagesFolder, file)),
      seed: options.seed,
      level: cell.level,
      warmupSeconds: cell.warmupSeconds,
      durationSeconds: cell.durationSeconds,
      timeoutMs: cell.timeoutMs,
      expect: { pointer: '/top/0/class', values: options.expected },
      samplesFile: options.samplesFile,
    },
    (event) => {
      if (event.event === 'progress') options.onProgress(event);
      if (event.event === 'window-start' || event.event === 'window-end') {
        const edge = takeSnapshot();
        // Waited for below; until then a failure must not count as nobody's.
        edge.catch(() => undefined);
        edges.push(edge);
      }
    },
    bench.signal,
  );
  const [before, after] = await Promise.all(edges);
  if (before === undefined || after === undefined) {
    throw new BenchError('BENCH_LOAD', 'The load engine did not tell the edges of its window.');
  }
  const servingCpuMs =
    before.servingCpuMs === undefined || after.servingCpuMs === undefined
      ? undefined
      : after.servingCpuMs - before.servingCpuMs;
  return {
    load,
    middleware: useBetween(before.middleware, after.middleware),
    ...(servingCpuMs === undefined ? {} : { servingCpuMs }),
  };
};
