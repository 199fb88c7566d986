import type { Aws } from '../aws/clients.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { RunSettings } from '../model/plan.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import type { NodeSettings } from './node-settings.ts';

/** A run as the command line of a runner describes it. */
export interface NodeRun {
  readonly runId: string;
  readonly folder: string;
  /** The pairs that share the plan. */
  readonly pairs: readonly number[];
  /** Without any options and settings, the request in the bucket decides, if there is one. */
  readonly overrides: PlanOverrides;
  readonly settings: RunSettings;
  /** Whether both nodes of the pair end themselves once all results are in the bucket. */
  readonly endsNodes: boolean;
}

export interface NodeRunContext {
  readonly node: NodeSettings;
  readonly aws: Aws;
  readonly emit: EmitRunEvent;
  /** Writes a line to the journal. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface NodeRunResult {
  readonly status: RunStatus;
  /** Why some results are not in the bucket; undefined if all are. */
  readonly notUploaded: string | undefined;
  /** Number of answer checks that failed. */
  readonly failedChecks: number;
}
