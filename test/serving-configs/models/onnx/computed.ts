import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { TYPESCRIPT_LOADER } from '../../../../lib/bench/run/child.ts';

export interface Task {
  readonly file: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export interface Computed {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What ONNX Runtime gives for each task. */
export const computed = async (tasks: readonly Task[]): Promise<readonly Computed[]> => {
  const child = spawn(
    process.execPath,
    [...TYPESCRIPT_LOADER, path.join(import.meta.dirname, 'compute.ts')],
    {
      cwd: path.resolve(import.meta.dirname, '../../../..'),
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  child.stdin.end(
    JSON.stringify(tasks.map((task) => ({ ...task, values: Array.from(task.values) }))),
  );
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (out === '') throw new Error(`nothing was computed: ${error}`);
  return JSON.parse(out) as Computed[];
};
