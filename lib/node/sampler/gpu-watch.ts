import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { GPU_QUERY, parseGpuLine } from './gpu-query.ts';
import type { GpuSample } from './sample.ts';

/** Readings older than this say nothing about now. */
const FRESH_MS = 3000;
const RESTART_MS = 10_000;

export interface GpuWatch {
  /** The last reading, where there is a fresh one. */
  readonly latest: (nowMs: number) => GpuSample | undefined;
  readonly stop: () => void;
}

/** Keeps one `nvidia-smi` running; on a machine without it there are no readings and nothing is tried again. */
export const watchGpu = (program = 'nvidia-smi'): GpuWatch => {
  let reading: { readonly atMs: number; readonly sample: GpuSample } | undefined;
  let stopped = false;
  let child: ChildProcess | undefined;
  const begin = (): void => {
    if (stopped) return;
    const started = spawn(program, GPU_QUERY, { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    createInterface({ input: started.stdout }).on('line', (line) => {
      const sample = parseGpuLine(line);
      if (sample !== undefined) reading = { atMs: Date.now(), sample };
    });
    started.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') stopped = true;
    });
    started.once('close', () => {
      if (!stopped) setTimeout(begin, RESTART_MS).unref();
    });
  };
  begin();
  return {
    latest: (nowMs) =>
      reading !== undefined && nowMs - reading.atMs <= FRESH_MS ? reading.sample : undefined,
    stop: () => {
      stopped = true;
      child?.kill();
    },
  };
};
