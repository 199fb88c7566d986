import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/**
 * A program that runs a server, and ends it with everything that it started when the standard input ends: if this process closes it, or is
 * gone.
 */
type Guard = ChildProcess & {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
};

const living = new Set<Guard>();

/** Starts a guard in its own session, which no signal of the terminal reaches. */
export const startGuard = (
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): Guard => {
  const guard = spawn(program, args, { ...options, stdio: 'pipe', detached: true });
  living.add(guard);
  guard.once('close', () => living.delete(guard));
  guard.stdin.on('error', () => undefined);
  return guard;
};

/** Makes all guards end what they run, without waiting for a clean stop. Resolves when they have ended. */
export const leaveGuards = async (): Promise<void> => {
  const left = [...living];
  for (const { stdin } of left) stdin.end();
  await Promise.all(left.map((guard) => once(guard, 'close')));
};
