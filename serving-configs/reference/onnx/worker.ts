/**
 * The thread of the ONNX engine. ONNX Runtime blocks the thread that it computes on; here that does not hold up health
 * checks and the reading of requests.
 */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Layout } from '../../manifest.ts';
import { readTensors } from '../../models/tensors/tensor-body.ts';
import type { WireOutput } from '../../protocols/wire.ts';
import { openSession, UnusableModel } from './session.ts';
import { openTensorSession } from './tensor-session.ts';
import type { WorkerClose, WorkerMessage, WorkerRequest, WorkerStart } from './worker-messages.ts';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

interface Opened {
  readonly layout?: Layout;
  run(request: WorkerRequest): Promise<WireOutput>;
  close(): Promise<void>;
}

const wrong = (): never => {
  throw new Error('the request is not for this model');
};

const open = async ({ file, threads, example }: WorkerStart): Promise<Opened> => {
  if (example === undefined) {
    const session = await openSession(file, threads);
    return {
      ...session,
      run: (request) =>
        'tensors' in request ? wrong() : session.run(request.values, request.shape),
    };
  }
  const session = await openTensorSession(file, threads);
  await session.run(readTensors(await readFile(example), 'inputs').tensors);
  return {
    run: (request) => ('tensors' in request ? session.run(request.tensors) : wrong()),
    close: () => session.close(),
  };
};

const answer = async (opened: Opened, request: WorkerRequest): Promise<WorkerMessage> => {
  try {
    return { kind: 'result', output: await opened.run(request) };
  } catch (error) {
    return { kind: 'error', message: messageOf(error) };
  }
};

const work = async (): Promise<void> => {
  if (parentPort === null) throw new Error('onnx/worker.ts runs as a worker thread only');
  const port = parentPort;
  const send = (message: WorkerMessage): void => port.postMessage(message);
  try {
    const opened = await open(workerData as WorkerStart);
    const onMessage = async (message: WorkerRequest | WorkerClose): Promise<void> => {
      if (message !== 'close') {
        send(await answer(opened, message));
        return;
      }
      await opened.close();
      port.close();
    };
    port.on('message', (message: WorkerRequest | WorkerClose) => void onMessage(message));
    const { layout } = opened;
    send({ kind: 'ready', ...(layout === undefined ? {} : { layout }) });
  } catch (error) {
    const hint = error instanceof UnusableModel ? error.hint : undefined;
    send({ kind: 'unusable', message: messageOf(error), ...(hint === undefined ? {} : { hint }) });
  }
};

void work();
