/**
 * The thread of the ONNX engine. ONNX Runtime blocks the thread that it computes on; here that does not hold up health
 * checks and the reading of requests.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openSession, type OpenSession } from './session.ts';
import type { WorkerClose, WorkerMessage, WorkerRequest, WorkerStart } from './worker-messages.ts';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const answer = async (session: OpenSession, request: WorkerRequest): Promise<WorkerMessage> => {
  try {
    return { kind: 'result', values: await session.run(request.values, request.shape) };
  } catch (error) {
    return { kind: 'error', message: messageOf(error) };
  }
};

const work = async (): Promise<void> => {
  if (parentPort === null) throw new Error('onnx/worker.ts runs as a worker thread only');
  const port = parentPort;
  const send = (message: WorkerMessage): void => port.postMessage(message);
  const { file, threads } = workerData as WorkerStart;
  try {
    const session = await openSession(file, threads);
    const onMessage = async (message: WorkerRequest | WorkerClose): Promise<void> => {
      if (message !== 'close') {
        send(await answer(session, message));
        return;
      }
      await session.close();
      port.close();
    };
    port.on('message', (message: WorkerRequest | WorkerClose) => void onMessage(message));
    send({ kind: 'ready', layout: session.layout });
  } catch (error) {
    send({ kind: 'unusable', message: messageOf(error) });
  }
};

void work();
