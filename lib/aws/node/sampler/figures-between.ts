import { addThrottles, isFault, type GpuThrottle } from '../../contract/gpu-throttle.ts';
import type { GpuFigures, MemoryUse, NodeFigures } from '../../contract/node-figures.ts';
import { addPackets, ALLOWANCES, type PacketsOver } from '../../contract/network-allowance.ts';
import { parseSample, timeOfLine, type GpuSample, type NodeSample } from './sample.ts';

/** Samples further than this from an edge of the window say nothing about the edge. */
const EDGE_MS = 2500;

const COUNTERS = ['cpuTotal', 'cpuIdle', 'cpuSteal', 'rxBytes', 'txBytes'] as const;

/** The growth of each counter between two samples. */
type Use = Record<(typeof COUNTERS)[number], number>;

/** The use between two neighbouring samples; undefined if the counters were reset between them, as by a reboot. */
const useBetween = (before: NodeSample, after: NodeSample): Use | undefined => {
  const use: Use = {
    cpuTotal: after.cpu.total - before.cpu.total,
    cpuIdle: after.cpu.idle - before.cpu.idle,
    cpuSteal: after.cpu.steal - before.cpu.steal,
    rxBytes: after.net.rxBytes - before.net.rxBytes,
    txBytes: after.net.txBytes - before.net.txBytes,
  };
  // Idle time is not compared, since the kernel sometimes lowers it by a tick. A reboot resets all counters.
  return use.cpuTotal < 0 || use.rxBytes < 0 || use.txBytes < 0 ? undefined : use;
};

/** The packets between two neighbouring samples; none if one of them lacks the counters. */
const packetsBetween = (before: NodeSample, after: NodeSample): PacketsOver =>
  Object.fromEntries(
    before.packetsOver === undefined || after.packetsOver === undefined
      ? []
      : ALLOWANCES.map((name) => [
          name,
          Math.max(0, (after.packetsOver?.[name] ?? 0) - (before.packetsOver?.[name] ?? 0)),
        ]),
  );

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The throttling in the second that a sample stands for. */
const throttleOf = ({ throttleReasons }: GpuSample): readonly GpuThrottle[] =>
  throttleReasons === undefined
    ? []
    : [
        {
          knownSeconds: 1,
          faultSeconds: throttleReasons.some(isFault) ? 1 : 0,
          secondsByReason: Object.fromEntries(throttleReasons.map((reason) => [reason, 1])),
        },
      ];

const gpuFigures = (samples: readonly GpuSample[]): GpuFigures => {
  const throttle = addThrottles(samples.flatMap(throttleOf));
  return {
    utilisationMeanPercent: mean(samples.map(({ utilisationPercent }) => utilisationPercent)),
    memoryUsedMiB: Math.max(...samples.map(({ memoryUsedMiB }) => memoryUsedMiB)),
    smClockMeanMHz: mean(samples.map(({ smClockMHz }) => smClockMHz)),
    smClockMinMHz: Math.min(...samples.map(({ smClockMHz }) => smClockMHz)),
    throttle,
  };
};

/**
 * Computes what the node used in a window, whose edges are in milliseconds since 1970. Since samples do not lie exactly on the
 * edges, counters are interpolated there.
 *
 * @param lines lines of the samples file in chronological order
 * @returns undefined if fewer than two samples cover the window
 */
export const figuresBetween = (
  lines: readonly string[],
  fromMs: number,
  toMs: number,
): NodeFigures | undefined => {
  const samples = lines.flatMap((line) => {
    const time = timeOfLine(line);
    if (time === undefined || time < fromMs - EDGE_MS || time > toMs + EDGE_MS) return [];
    return parseSample(line) ?? [];
  });
  const sum: Use = { cpuTotal: 0, cpuIdle: 0, cpuSteal: 0, rxBytes: 0, txBytes: 0 };
  const over: PacketsOver[] = [];
  for (const [index, after] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined || after.t <= before.t) continue;
    const overlapMs = Math.min(after.t, toMs) - Math.max(before.t, fromMs);
    const use = overlapMs > 0 ? useBetween(before, after) : undefined;
    if (use === undefined) continue;
    // Not interpolated: one packet too many is one whose time in the window is not known.
    over.push(packetsBetween(before, after));
    const share = overlapMs / (after.t - before.t);
    for (const counter of COUNTERS) sum[counter] += use[counter] * share;
  }
  const inside = samples.filter(({ t }) => t >= fromMs && t <= toMs);
  if (sum.cpuTotal <= 0 || inside.length === 0) return undefined;
  const gpus = inside.flatMap(({ gpu }) => gpu ?? []);
  const [before, after] = [samples[0]?.cpuState, samples.at(-1)?.cpuState];
  return {
    samples: inside.length,
    cpuBusyShare: Math.max(0, 1 - sum.cpuIdle / sum.cpuTotal),
    cpuStealShare: sum.cpuSteal / sum.cpuTotal,
    memoryUsedBytes: Math.max(...inside.map(({ memoryUsedBytes }) => memoryUsedBytes)),
    rxBytes: Math.round(sum.rxBytes),
    txBytes: Math.round(sum.txBytes),
    packetsOver: inside.some((sample) => sample.packetsOver !== undefined)
      ? addPackets(over)
      : undefined,
    cpuState: before && after && { before, after },
    gpu: gpus.length === 0 ? undefined : gpuFigures(gpus),
  };
};

/**
 * Divides a window, whose edges are in milliseconds since 1970, into equal parts and returns the memory use at the end of each,
 * which is that of the last sample in the part.
 *
 * @param lines lines of the samples file in chronological order
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
