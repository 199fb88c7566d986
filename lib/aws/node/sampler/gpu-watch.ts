import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { THROTTLE_REASON_BITS, THROTTLE_REASONS } from '../../contract/gpu-throttle.ts';
import type { GpuSample } from './sample.ts';

/**
 * Makes `nvidia-smi` print a line per second about the first GPU, which costs less than starting it every second. Needs driver
 * 535 or newer, whose names of the fields these are.
 */
export const GPU_QUERY = [
  '--id=0',
  '--query-gpu=utilization.gpu,memory.used,clocks.sm,clocks_event_reasons.active',
  '--format=csv,noheader,nounits',
  '--loop=1',
] as const;

const numberOf = (field: string | undefined): number | undefined => {
  const text = field?.trim() ?? '';
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
};

/**
 * Parses a line that {@link GPU_QUERY} prints; undefined if it is a message, or lacks one of the three figures. The throttle
 * reasons, a mask such as `0x0000000000000004`, may be missing.
 */
export const parseGpuLine = (line: string): GpuSample | undefined => {
  const fields = line.split(',');
  const [utilisationPercent, memoryUsedMiB, smClockMHz, mask] = fields.map(numberOf);
  if (
    fields.length !== 4 ||
    utilisationPercent === undefined ||
    memoryUsedMiB === undefined ||
    smClockMHz === undefined
  ) {
    return undefined;
  }
  return {
    utilisationPercent,
    memoryUsedMiB,
    smClockMHz,
    throttleReasons:
      mask === undefined
        ? undefined
        : THROTTLE_REASONS.filter(
            // oxlint-disable-next-line no-bitwise -- it is a mask
            (reason) => (mask & THROTTLE_REASON_BITS[reason]) !== 0,
          ),
  };
};

/** Readings older than this are ignored. */
const FRESH_MS = 3000;
const RESTART_MS = 10_000;

export interface GpuWatch {
  /** The last reading; undefined if it is too old, or there is none. */
  readonly latest: (nowMs: number) => GpuSample | undefined;
  readonly stop: () => void;
}

/** Keeps one `nvidia-smi` running, and restarts it if it ends. On a machine without it there are no readings. */
export const watchGpu = (program = 'nvidia-smi'): GpuWatch => {
  let reading: { readonly atMs: number; readonly sample: GpuSample } | undefined;
  let isStopped = false;
  let child: ChildProcess | undefined;
  const start = (): void => {
    if (isStopped) return;
    const started = spawn(program, GPU_QUERY, { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    createInterface({ input: started.stdout }).on('line', (line) => {
      const sample = parseGpuLine(line);
      if (sample !== undefined) reading = { atMs: Date.now(), sample };
    });
    started.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') isStopped = true;
    });
    started.once('close', () => {
      if (!isStopped) setTimeout(start, RESTART_MS).unref();
    });
  };
  start();
  return {
    latest: (nowMs) =>
      reading !== undefined && nowMs - reading.atMs <= FRESH_MS ? reading.sample : undefined,
    stop: () => {
      isStopped = true;
      child?.kill();
    },
  };
};
