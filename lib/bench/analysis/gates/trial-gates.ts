import type { CompletedCell } from '../../results/record.ts';
import { groupBy } from '../group-by.ts';
import type { GateResult } from './gate.ts';
import { generatorCpuGate } from './generator-cpu.ts';
import { gpuThrottledGate } from './gpu-throttled.ts';
import { middlewareCpuGate } from './middleware-cpu.ts';
import { scheduleGate } from './schedule.ts';

/**
 * What a window of a search is asked, as an open loop's row is: whether the apparatus kept up, and the GPU its clock. It has no ceiling and no direct
 * check of its own, and may overload the path on purpose, so that what is asked of the serving is not asked here.
 */
export const windowGates = (record: CompletedCell): readonly GateResult[] =>
  [generatorCpuGate, middlewareCpuGate, scheduleGate, gpuThrottledGate]
    .map((gate) => gate([record]))
    // Most machines have no GPU to ask.
    .filter(({ gate, state }) => gate !== 'gpu-throttled' || state !== 'unknown');

const RANKS: Readonly<Partial<Record<GateResult['state'], number>>> = {
  failed: 3,
  unknown: 2,
  warned: 1,
};

const worse = (one: GateResult, other: GateResult): GateResult => {
  const ranks = (RANKS[one.state] ?? 0) - (RANKS[other.state] ?? 0);
  if (ranks !== 0) return ranks > 0 ? one : other;
  return (other.figure ?? 0) > (one.figure ?? 0) ? other : one;
};

/** Each gate as the window says it that fares worst by it, as with the repeats of a row. */
export const worstGates = (windows: readonly (readonly GateResult[])[]): readonly GateResult[] =>
  [...groupBy(windows.flat(), ({ gate }) => gate).values()].map((results) => results.reduce(worse));
