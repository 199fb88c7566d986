import type { Aws } from '../aws/clients.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import type { RunSettings } from '../model/plan.ts';
import type { RunStatus } from '../results/run-status.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import type { NodeSettings } from './node-settings.ts';

/** What a runner is asked to do. */
export interface NodeRun {
  readonly runId: string;
  readonly folder: string;
  /** The pairs that share the plan, with the repeats of each; without them the rule gives them, see `shareRepeats`. */
  readonly pairs: ReadonlyMap<number, readonly number[] | undefined>;
  readonly overrides: PlanOverrides;
  readonly settings: RunSettings;
  /** SHA-256 of the list of the files of a user's model; undefined: ResNet-50. */
  readonly modelSums?: string | undefined;
  /** Whether both nodes of the pair end themselves once all is in the bucket. */
  readonly endsNodes: boolean;
}

export interface NodeRunContext {
  readonly node: NodeSettings;
  readonly aws: Aws;
  readonly emit: EmitRunEvent;
  /** For people who read the journal. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How a runner ended. */
export interface NodeRunResult {
  readonly status: RunStatus;
  /** Why results are not in the bucket; undefined where all are. */
  readonly notUploaded: string | undefined;
  /** Of paths whose answers were wrong. */
  readonly failedChecks: number;
}
