import type { PlanOptions } from '../plan/plan-options.ts';

/** What the operator asked for; `request.json` of a run. */
export interface RunRequest {
  readonly schema: 1;
  readonly runId: string;
  readonly requestedAt: string;
  readonly deployment: string;
  /** With nothing left open, so that everyone makes the same cells from them. */
  readonly options: PlanOptions;
  /** Whether the servings were named one by one. */
  readonly strict: boolean;
  /** Text of the document's parameter `Options`; a resume sends it again. */
  readonly optionsText: string;
  /** Numbers of the pairs that it was sent to. */
  readonly pairs: readonly number[];
  /** Number of the assignment by which it was sent last. */
  readonly assignment: number;
  /** Version of the document that was sent. */
  readonly documentVersion: string;
}
