import type { Cell } from '../plan/cell.ts';
import { loadSeconds } from '../plan/direct-window.ts';
import { SKIP_RULES, type SkippedCell, type SkipRule } from '../results/record.ts';

/** Cells and the seconds of load that they would have taken; starts of servings come on top. */
export interface LeftOutCells {
  readonly cells: number;
  readonly seconds: number;
}

/** What early stopping left out. */
export interface Savings extends LeftOutCells {
  /** Seconds of load of the whole plan. */
  readonly plannedSeconds: number;
  /** By the rule that left them out, in the order of `SKIP_RULES`; only those that did. */
  readonly rules: readonly ({ readonly rule: SkipRule } & LeftOutCells)[];
}

const secondsOf = (cells: readonly Cell[]): number =>
  cells.reduce((sum, cell) => sum + loadSeconds(cell), 0);

/** What early stopping saved; undefined where it left nothing out. */
export const savingsOf = (
  planned: readonly Cell[],
  skipped: Iterable<SkippedCell>,
): Savings | undefined => {
  const records = [...skipped];
  if (records.length === 0) return undefined;
  const leftOut = (some: readonly SkippedCell[]): LeftOutCells => ({
    cells: some.length,
    seconds: secondsOf(some.map(({ cell }) => cell)),
  });
  return {
    ...leftOut(records),
    plannedSeconds: secondsOf(planned),
    rules: SKIP_RULES.flatMap((rule) => {
      const own = records.filter((record) => record.rule === rule);
      return own.length === 0 ? [] : [{ rule, ...leftOut(own) }];
    }),
  };
};
