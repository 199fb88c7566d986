import type { AwsEnvironment } from './aws-environment.ts';
import type { Machine } from './machine.ts';

/** Where and with what a run was made; written to `environment.json` of the run folder. */
export interface Environment {
  readonly where: 'local' | 'aws';
  /** The machine of the runner, which is the middleware's; with several pairs, the first one's. */
  readonly machine: Machine;
  /** Node, npm packages that take part in the measurement, and this project. */
  readonly versions: Readonly<Record<string, string>>;
  /** Commit of the project; `dirty` where the working tree differs from it; null outside a git checkout. */
  readonly commit: { readonly hash: string; readonly dirty: boolean } | null;
  readonly processes: {
    readonly middleware: number;
    readonly serving: number;
    readonly load: number;
  };
  readonly model: { readonly file: string; readonly sha256: string; readonly trained: boolean };
  readonly seed: number;
  /** Present where it ran on node pairs. */
  readonly aws?: AwsEnvironment;
}
