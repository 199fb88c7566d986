import { cpuMsOf, endedCpuMs } from '../middleware/processes.ts';
import type { Finding } from './perf-analyzer.ts';
import type { Rig } from './rig.ts';

/** What a request costs each side in CPU time, in milliseconds. */
export interface CpuPerRequest {
  readonly toolMs: number;
  readonly serverMs: number;
}

/**
 * A tool's finding with the CPU time of both sides, over all the requests that the server counted while the tool ran: its
 * start and its warm-up are in it. A tool that knows its own time in the window says that instead.
 */
export const withCpu = async (
  { pid, counters }: Pick<Rig, 'pid' | 'counters'>,
  run: () => Promise<Finding & { readonly toolMs?: number }>,
): Promise<Finding & CpuPerRequest> => {
  const before = await counters();
  const [toolBefore, serverBefore] = [endedCpuMs(), cpuMsOf(pid)];
  const finding = await run();
  const toolMs = endedCpuMs() - toolBefore;
  const serverMs = cpuMsOf(pid) - serverBefore;
  const requests = (await counters()).count - before.count;
  return { toolMs: toolMs / requests, serverMs: serverMs / requests, ...finding };
};
