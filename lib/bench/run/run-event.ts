import type { LoadEvent } from '../model/load-result.ts';
import type { Cell, Engine, Path } from '../model/cell.ts';
import type { Plan } from '../model/plan.ts';
import type { HalfLine } from '../results/record-lines.ts';
import type { AnswerCheck, CellRecord, OracleCheck } from '../model/record.ts';

/** The place of a cell in its plan; `number` is 1 for the first. */
export interface CellPlace {
  readonly number: number;
  readonly total: number;
  /** The total is the most that there may be, since a search is not over. */
  readonly isBound?: true;
  readonly cell: Cell;
  /** Until the end of the run, from what the cells took so far. */
  readonly secondsLeft: number;
}

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly event: 'preparing'; readonly what: string }
  /** The run goes on, and the last line of its results was cut off while it was written. */
  | { readonly event: 'half-line-dropped'; readonly dropped: HalfLine }
  /** A known latency was measured, or could not be. */
  | { readonly event: 'oracle-end'; readonly check: OracleCheck }
  | {
      readonly event: 'run-start';
      readonly plan: Plan;
      /** Cells that this runner measures. */
      readonly total: number;
      /** Of these, finished by an earlier start. */
      readonly finishedCells: number;
    }
  /** A serving is started for a cell, or to check the answers of its path. */
  | ({ readonly event: 'serving-start' } & CellPlace)
  | { readonly event: 'check-start'; readonly path: Path; readonly engine: Engine }
  | { readonly event: 'check-end'; readonly check: AnswerCheck }
  | ({
      readonly event: 'load';
      readonly progress: Extract<LoadEvent, { event: 'progress' }>;
    } & CellPlace)
  /** The window is over; now the same load goes straight to the serving. */
  | ({ readonly event: 'direct-start' } & CellPlace)
  | ({ readonly event: 'cell-end'; readonly record: CellRecord } & CellPlace);

export type EmitRunEvent = (event: RunEvent) => void;
