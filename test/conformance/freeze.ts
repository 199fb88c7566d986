import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldServing, Session } from './target.ts';

const workerOf = ({ target, started, traits }: Session): Promise<number> =>
  target.worker(started(), traits);

/** Runs work while the worker process is suspended. */
export const whileFrozen = async <T>(session: Session, work: () => Promise<T>): Promise<T> => {
  const worker = await workerOf(session);
  process.kill(worker, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(worker, 'SIGCONT');
  }
};

/** Kills the worker process and waits until it has ended. */
export const killWorker = async (session: Session): Promise<void> => {
  const worker = await workerOf(session);
  process.kill(worker, 'SIGKILL');
  while ((await session.started().processes()).has(worker)) await sleep(20);
};

/** Suspends the worker process, unless the limit of its platform applies only while it computes. */
export const holdWorker = async (session: Session): Promise<HeldServing> => {
  const { overload } = session.traits;
  const isFrozen = overload === 'waits' || overload?.computes !== true;
  const worker = await workerOf(session);
  if (isFrozen) process.kill(worker, 'SIGSTOP');
  return {
    urls: session.started().urls,
    release: () => {
      if (isFrozen) process.kill(worker, 'SIGCONT');
    },
    end: () => Promise.resolve(),
  };
};
