import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent } from 'node:http';

/** What `k6/execution` and `k6/http` need to know of the virtual user whose code is running. */
export interface VirtualUser {
  /** From 1 on. */
  readonly id: number;
  /** The number of its current iteration among those of all virtual users. */
  iterationInTest: number;
  /** Its own connections. */
  readonly agent: Agent;
}

const current = new AsyncLocalStorage<VirtualUser>();
let startedAt: number | undefined;
let iterations = 0;

export const makeVirtualUser = (id: number): VirtualUser => ({
  id,
  iterationInTest: -1,
  agent: new Agent({ keepAlive: true, scheduling: 'lifo' }),
});

/** Runs one iteration of a virtual user. */
export const iterate = async (
  user: VirtualUser,
  iteration: () => Promise<void> | void,
): Promise<void> => {
  user.iterationInTest = iterations;
  iterations += 1;
  await current.run(user, iteration);
};

/** The virtual user that asks. Throws in the init context, as k6 does. */
export const currentUser = (): VirtualUser => {
  const user = current.getStore();
  if (user === undefined) throw new Error('this is not supported in the init context');
  return user;
};

export const startClock = (): void => {
  startedAt = performance.now();
};

/** Milliseconds since the start of the test. */
export const testRunMs = (): number =>
  startedAt === undefined ? 0 : performance.now() - startedAt;
