import { THROTTLE_REASON_BITS, THROTTLE_REASONS } from '../../deployment/gpu-throttle.ts';
import type { GpuSample } from './sample.ts';

/** The first GPU, one line a second: a process that stays costs less than one a second. The names are those of driver 535 and newer. */
export const GPU_QUERY = [
  '--id=0',
  '--query-gpu=utilization.gpu,memory.used,power.draw,temperature.gpu,clocks.sm,clocks_event_reasons.active',
  '--format=csv,noheader,nounits',
  '--loop=1',
] as const;

const figureOf = (field: string | undefined): number | undefined => {
  const text = field?.trim() ?? '';
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
};

/**
 * One line of {@link GPU_QUERY}; undefined where it is a message, or the GPU does not give one of the five figures. The reasons,
 * which it prints as in `0x0000000000000004`, may be missing.
 */
export const parseGpuLine = (line: string): GpuSample | undefined => {
  const fields = line.split(',');
  const [utilisationPercent, memoryUsedMiB, powerWatts, temperatureC, smClockMHz] =
    fields.map(figureOf);
  if (
    fields.length !== 6 ||
    utilisationPercent === undefined ||
    memoryUsedMiB === undefined ||
    powerWatts === undefined ||
    temperatureC === undefined ||
    smClockMHz === undefined
  ) {
    return undefined;
  }
  const bits = figureOf(fields[5]);
  return {
    utilisationPercent,
    memoryUsedMiB,
    powerWatts,
    temperatureC,
    smClockMHz,
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
