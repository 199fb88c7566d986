import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { THROTTLE_REASON_BITS, THROTTLE_REASONS } from '../../deployment/gpu-throttle.ts';
import type { GpuSample } from './sample.ts';

/** The first GPU, one line a second: a process that stays costs less than one a second. The names are those of driver 535 and newer. */
export const GPU_QUERY = [
  '--id=0',
  '--query-gpu=utilization.gpu,memory.used,clocks.sm,clocks_event_reasons.active',
  '--format=csv,noheader,nounits',
  '--loop=1',
] as const;

const figureOf = (field: string | undefined): number | undefined => {
  const text = field?.trim() ?? '';
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
};

/**
 * One line of {@link GPU_QUERY}; undefined where it is a message, or the GPU does not give one of the three figures. The reasons,
 * which it prints as in `0x0000000000000004`, may be missing.
 */
export const parseGpuLine = (line: string): GpuSample | undefined => {
  const fields = line.split(',');
  const [utilisationPercent, memoryUsedMiB, smClockMHz, bits] = fields.map(figureOf);
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
      bits === undefined
        ? undefined
        : THROTTLE_REASONS.filter(
            // oxlint-disable-next-line no-bitwise -- it is a mask
            (reason) => (bits & THROTTLE_REASON_BITS[reason]) !== 0,
          ),
  };
};

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
