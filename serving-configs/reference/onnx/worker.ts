/**
 * The thread of the ONNX engine. ONNX Runtime blocks the thread that it computes on; here that does not hold up health
 * checks and the reading of requests. Requests wait in the message queue, in order.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openSession, type OpenSession } from './session.ts';
import type { WorkerMessage, WorkerRequest, WorkerStart } from './worker-messages.ts';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const answer = async (session: OpenSession, request: WorkerRequest): Promise<WorkerMessage> => {
  const { id, values, shape } = request;
  try {
    return { kind: 'result', id, values: await session.run(values, shape) };
  } catch (error) {
    return { kind: 'error', id, message: messageOf(error) };
  }
};

const work = async (): Promise<void> => {
  if (parentPort === null) throw new Error('onnx/worker.ts runs as a worker thread only');
  const port = parentPort;
  const send = (message: WorkerMessage): void => port.postMessage(message);
  const { file, threads } = workerData as WorkerStart;
  try {
    const session = await openSession(file, threads);
    let last: Promise<void> = Promise.resolve();
    port.on('message', (request: WorkerRequest) => {
      last = last.then(async () => send(await answer(session, request)));
    });
    send({ kind: 'ready', layout: session.layout });
  } catch (error) {
    send({ kind: 'unusable', message: messageOf(error) });
  }
};

void work();
