/**
 * The thread of the ONNX engine. ONNX Runtime blocks the thread on which it computes; a separate one does not delay health checks and
 * the reading of requests.
 */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { readTensors } from '../../models/tensors/tensor-body.ts';
import { messageOf } from '../../options/usage-error.ts';
import { UnusableModel } from './session.ts';
import { openTensorSession, type TensorSession } from './tensor-session.ts';
import type {
  WorkerAnswer,
  WorkerClose,
  WorkerRequest,
  WorkerStart,
  WorkerState,
} from './worker-messages.ts';

const answer = async (session: TensorSession, request: WorkerRequest): Promise<WorkerAnswer> => {
  try {
    return { kind: 'result', outputs: await session.run(request) };
  } catch (error) {
    return { kind: 'error', message: messageOf(error) };
  }
};

const work = async (): Promise<void> => {
  if (parentPort === null) throw new Error('onnx/worker.ts runs as a worker thread only');
  const port = parentPort;
  const send = (message: WorkerState | WorkerAnswer): void => port.postMessage(message);
  try {
    const { file, threads, example } = workerData as WorkerStart;
    const session = await openTensorSession(file, threads);
    const { inputs, outputs } = session;
    if (example !== undefined) {
      await session.run(readTensors(await readFile(example), 'inputs').tensors);
    }
    const onMessage = async (message: WorkerRequest | WorkerClose): Promise<void> => {
      if (message !== 'close') {
        send(await answer(session, message));
        return;
      }
      await session.close();
      port.close();
    };
    port.on('message', (message: WorkerRequest | WorkerClose) => void onMessage(message));
    send({ kind: 'ready', tensors: { file, inputs, outputs } });
  } catch (error) {
    const hint = error instanceof UnusableModel ? error.hint : undefined;
    send({ kind: 'unusable', message: messageOf(error), hint });
  }
};

void work();
