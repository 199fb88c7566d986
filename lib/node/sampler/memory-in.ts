import type { MemoryUse } from '../../deployment/node-figures.ts';
import { parseSample } from './sample.ts';

/**
 * The memory at the end of each of so many equal parts of a window, in milliseconds since 1970: that of the last sample in the part.
 *
 * @param lines lines of the samples file in the order of time
 */
export const memoryIn = (
  lines: readonly string[],
  fromMs: number,
  toMs: number,
  parts: number,
): readonly MemoryUse[] => {
  const samples = lines.flatMap((line) => parseSample(line) ?? []);
  const partMs = (toMs - fromMs) / parts;
  return Array.from({ length: parts }, (_, part): MemoryUse => {
    const [startMs, endMs] = [fromMs + part * partMs, fromMs + (part + 1) * partMs];
    const last = samples.findLast(({ t }) => t > startMs && t <= endMs);
    if (last === undefined) return {};
    const { memoryUsedBytes: usedBytes, gpu } = last;
    return gpu === undefined ? { usedBytes } : { usedBytes, gpuUsedMiB: gpu.memoryUsedMiB };
  });
};
