import { readdir, readFile } from 'node:fs/promises';
import type { ServingName } from '../../../serving-configs/index.ts';
import { startPlatform } from '../../../serving-configs/runtimes/venv/start-platform.ts';
import { SINGLE } from '../../../serving-configs/settings.ts';
import { LONG_LENGTH } from '../../support/onnx-models.ts';
import { askTensors, tensorWaysOf } from '../../support/tensor-client.ts';
import { tensor, type TensorModelFolder } from '../../support/user-model.ts';

/** The only request to `longModel`. */
export const longInputs = [
  tensor('x', 'FP32', [1, LONG_LENGTH], Array<number>(LONG_LENGTH).fill(1 / 32)),
];

/** A thread that takes a smaller share of the CPU time does not compute, but reads and writes requests. */
const LEAST_SHARE = 0.08;

/** The CPU time of each thread of a process by its id, in nanoseconds. */
const cpuTimesOf = async (pid: number): Promise<ReadonlyMap<string, number>> => {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map(async (thread): Promise<readonly [string, number]> => {
    const stat = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
    return [thread, Number(stat.split(' ')[0])];
  });
  return new Map(await Promise.all(times));
};

/** How many threads of the process with the model compute the answer to a long request, by their CPU time. */
export const computeThreadsOf = async (
  serving: ServingName,
  threads: number,
  { model }: TensorModelFolder,
): Promise<number> => {
  const options = {
    serving,
    engine: 'onnx',
    settings: { ...SINGLE, threads },
    ports: { rest: 0, grpc: 0 },
    model,
  } as const;
  const started = await startPlatform(options, new AbortController().signal);
  try {
    const [way] = tensorWaysOf(serving);
    const [pid] = (await started.batches()).pids;
    if (way === undefined || pid === undefined) throw new Error(`${serving} has no model`);
    const answer = async (): Promise<void> => {
      const { status } = await askTensors({ rest: started.url }, way, longInputs, model);
      if (status !== 200) throw new Error(`${serving} answers ${status}`);
    };
    // With the first request, servers also load code, in threads of their own.
    await answer();
    const before = await cpuTimesOf(pid);
    await answer();
    const used = [...(await cpuTimesOf(pid))].map(([id, ns]) => ns - (before.get(id) ?? 0));
    const total = used.reduce((sum, ns) => sum + ns, 0);
    return used.filter((ns) => ns > LEAST_SHARE * total).length;
  } finally {
    await started.stop();
  }
};
