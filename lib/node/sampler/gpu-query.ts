import { THROTTLE_REASON_BITS, THROTTLE_REASONS } from '../../deployment/gpu-throttle.ts';
import type { GpuSample } from './sample.ts';

const queryOf = (reasons: string) =>
  [
    '--id=0',
    `--query-gpu=utilization.gpu,memory.used,power.draw,temperature.gpu,clocks.sm,clocks.mem,${reasons}`,
    '--format=csv,noheader,nounits',
    '--loop=1',
  ] as const;

/**
 * The first GPU, one line a second: a process that stays costs less than one a second. Driver 535 gave the reasons for low
 * clocks another name; nvidia-smi ends at once at a name that it does not know, and then the next query is tried.
 */
export const GPU_QUERIES = [
  queryOf('clocks_event_reasons.active'),
  queryOf('clocks_throttle_reasons.active'),
] as const;

const figureOf = (field: string | undefined): number | undefined => {
  const text = field?.trim() ?? '';
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
};

/**
 * One line of a query of {@link GPU_QUERIES}; undefined where it is a message, or the GPU does not give one of the first five
 * figures. Memory clock and reasons, which it prints as in `0x0000000000000004`, may be missing.
 */
export const parseGpuLine = (line: string): GpuSample | undefined => {
  const fields = line.split(',');
  const [utilisationPercent, memoryUsedMiB, powerWatts, temperatureC, smClockMHz] =
    fields.map(figureOf);
  if (
    fields.length !== 7 ||
    utilisationPercent === undefined ||
    memoryUsedMiB === undefined ||
    powerWatts === undefined ||
    temperatureC === undefined ||
    smClockMHz === undefined
  ) {
    return undefined;
  }
  const memoryClockMHz = figureOf(fields[5]);
  const bits = figureOf(fields[6]);
  return {
    utilisationPercent,
    memoryUsedMiB,
    powerWatts,
    temperatureC,
    smClockMHz,
    ...(memoryClockMHz === undefined ? {} : { memoryClockMHz }),
    ...(bits === undefined
      ? {}
      : {
          throttleReasons: THROTTLE_REASONS.filter(
            // oxlint-disable-next-line no-bitwise -- it is a mask
            (reason) => (bits & THROTTLE_REASON_BITS[reason]) !== 0,
          ),
        }),
  };
};
