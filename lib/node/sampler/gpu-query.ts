import type { GpuSample } from './sample.ts';

/** The first GPU, one line a second: a process that stays costs less than one a second. */
export const GPU_QUERY = [
  '--id=0',
  '--query-gpu=utilization.gpu,memory.used,power.draw,temperature.gpu,clocks.sm',
  '--format=csv,noheader,nounits',
  '--loop=1',
] as const;

/** One line of {@link GPU_QUERY}; undefined where it is a message, or the GPU does not give one of the figures. */
export const parseGpuLine = (line: string): GpuSample | undefined => {
  const values = line.split(',').map((field) => (field.trim() === '' ? Number.NaN : Number(field)));
  const [utilisationPercent, memoryUsedMiB, powerWatts, temperatureC, smClockMHz] = values;
  if (
    values.length !== 5 ||
    utilisationPercent === undefined ||
    memoryUsedMiB === undefined ||
    powerWatts === undefined ||
    temperatureC === undefined ||
    smClockMHz === undefined ||
    !values.every(Number.isFinite)
  ) {
    return undefined;
  }
  return { utilisationPercent, memoryUsedMiB, powerWatts, temperatureC, smClockMHz };
};
