import type { FailureClass, PhaseSummary } from '../load/result.ts';
import type { Cell, Level, Path, Scenario } from '../plan/cell.ts';
import type { Plan } from '../plan/plan.ts';
import type { Environment } from '../results/environment.ts';

/** A figure over all repeats, with the least and the greatest of the single repeats. */
export interface OverRepeats {
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

/** All repeats of one path, engine, scenario and level. */
export interface SummaryRow {
  readonly path: Path;
  readonly engine: Cell['engine'];
  readonly scenario: Scenario;
  readonly level: Level;
  readonly repeats: number;
  /** Repeats that gave no figures, with their reasons. */
  readonly failedRepeats: readonly { readonly repeat: number; readonly message: string }[];
  /** Right answers ÷ measuring time, over all repeats. Absent where no repeat gave figures, as all below. */
  readonly requestRatePerSecond?: OverRepeats;
  /** Percentiles of the merged histograms; `min` and `max` are those of the single repeats. */
  readonly p50Ms?: OverRepeats;
  readonly p95Ms?: OverRepeats;
  readonly p99Ms?: OverRepeats;
  readonly meanMs?: number;
  readonly failedShare?: OverRepeats;
  readonly failures?: Readonly<Partial<Record<FailureClass, number>>>;
  readonly succeeded?: number;
  readonly failed?: number;
  /** Where the time goes, weighted over repeats; names as in `Server-Timing`. */
  readonly phases?: Readonly<Record<string, Pick<PhaseSummary, 'meanMs'>>>;
  readonly middlewareCpuMsPerRequest?: number;
  readonly generatorCpuMsPerRequest?: number;
  readonly timeToReadyMs?: OverRepeats;
  readonly firstRequestMs?: OverRepeats;
  /** What the generator said about itself, where it could not keep up. */
  readonly warnings: readonly string[];
}

/** The content of `summary.json`. */
export interface Summary {
  readonly schema: 1;
  /** The first line of every output: what was compared, and what was not. */
  readonly statement: string;
  readonly plan: Omit<Plan, 'cells'> & { readonly cellCount: number };
  readonly environment: Environment;
  readonly cells: { readonly completed: number; readonly failed: number; readonly missing: number };
  readonly checks: readonly {
    readonly path: Path;
    readonly state: 'passed' | 'failed';
    readonly reason?: string;
  }[];
  /** Measured paths and, with engine `null`, their ceilings. */
  readonly rows: readonly SummaryRow[];
}
