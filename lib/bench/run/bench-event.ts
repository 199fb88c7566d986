import type { LoadEvent } from '../load/result.ts';
import type { Cell } from '../plan/cell.ts';
import type { AnswerCheck, CompletedCell, FailedCell } from '../results/record.ts';

/** What happens during a run, for whoever shows it. */
export type BenchEvent =
  /** Something that takes a while and is no cell. */
  | { readonly event: 'step'; readonly text: string }
  | {
      readonly event: 'run-start';
      readonly folder: string;
      readonly cells: number;
      /** Cells that an earlier part of the run finished. */
      readonly finished: number;
      readonly secondsLeft: number;
    }
  | { readonly event: 'check'; readonly check: AnswerCheck }
  | {
      readonly event: 'cell-start';
      /** 1 for the first cell of the plan. */
      readonly number: number;
      readonly cells: number;
      readonly cell: Cell;
      readonly secondsLeft: number;
    }
  | { readonly event: 'load'; readonly progress: Extract<LoadEvent, { event: 'progress' }> }
  | {
      readonly event: 'cell-end';
      readonly number: number;
      readonly cells: number;
      readonly record: CompletedCell | FailedCell;
      readonly secondsLeft: number;
    };
