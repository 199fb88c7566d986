import { setTimeout as sleep } from 'node:timers/promises';
import { CONTAINER_NAME } from '../../../serving-configs/runtimes/docker/docker-arguments.ts';
import type { ServingDisturbed } from '../../aws/contract/serving-state.ts';
import { run } from '../../aws/node/system/run.ts';
import { readUnit, SERVING_UNIT } from '../../aws/node/system/unit.ts';
import { BenchError } from '../model/errors.ts';
import type { ProcessFault } from '../model/fault.ts';
import { busiestOf, disturb, localProcesses } from '../run/servings/processes.ts';

/** How long CPU time is observed at least, to see which process computes. */
const MIN_WATCH_MS = 300;

/**
 * Kills or pauses the busiest process of the serving on this node.
 *
 * @param atMs when to do it, in milliseconds since 1970
 * @param forMs how long a pause lasts, and how late the fault may be
 * @throws BenchError if the command came too late, or there is no process.
 */
export const disturbServing = async (
  fault: ProcessFault,
  { atMs, forMs }: { readonly atMs: number; readonly forMs: number },
  isContainer: boolean,
  signal: AbortSignal,
): Promise<ServingDisturbed> => {
  // A container's first process only starts the serving, so it is left out.
  const root = isContainer
    ? Number(await run('docker', ['inspect', '--format', '{{.State.Pid}}', CONTAINER_NAME]))
    : (await readUnit(SERVING_UNIT)).mainPid;
  const processes = localProcesses(root, !isContainer);
  const before = await processes.list();
  await sleep(Math.max(MIN_WATCH_MS, atMs - Date.now()), undefined, { signal });
  const busiest = busiestOf(before, await processes.list());
  const doneMs = Date.now();
  if (busiest === undefined) throw new BenchError('BENCH_PROCESSES', 'the serving has no process');
  if (doneMs > atMs + forMs) {
    throw new BenchError('BENCH_LATE', `the command came ${doneMs - atMs} ms too late`, {
      hint: 'give faults more time with --duration',
    });
  }
  await disturb[fault](processes, busiest.pid, forMs / 1000, signal);
  return { atMs: doneMs };
};
