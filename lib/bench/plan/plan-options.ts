import type { ServingName } from '../../../serving-configs/index.ts';
import type { Encoding, Payload, Protocol } from '../../../serving-configs/manifest.ts';
import type { Engine, Level, Scenario } from './cell.ts';
import type { ProfileName } from './profiles.ts';

/** What the command line changes in a profile; what is absent stays as the profile has it. */
export interface PlanOptions {
  readonly profile: ProfileName;
  readonly seed: number;
  readonly engine: Engine;
  readonly servings?: readonly ServingName[];
  readonly protocols?: readonly Protocol[];
  readonly payloads?: readonly Payload[];
  readonly encodings?: readonly Encoding[];
  readonly scenarios?: readonly Scenario[];
  readonly levels?: readonly Level[];
  readonly repeats?: number;
  readonly warmupSeconds?: number;
  readonly durationSeconds?: number;
  readonly timeoutMs?: number;
}
