/** Which pair runs which cells of a plan; recorded beside the results. */
export interface Assignment {
  readonly schema: 1;
  readonly runId: string;
  /** 1 for the first assignment of a run, one more for each resume; 0 where the rule was applied without an operator. */
  readonly number: number;
  /** Hash of the plan that is shared; absent where the plan was not made yet. */
  readonly planHash?: string;
  /** Numbers of the pairs that take part, in ascending order. */
  readonly pairs: readonly number[];
  /** Ids of the cells of each pair, by the pair's number as text, in the order of the plan. */
  readonly cells: Readonly<Record<string, readonly string[]>>;
  /** Ids of the searches of each pair; absent where the plan has none, or none is left. */
  readonly searches?: Readonly<Record<string, readonly string[]>>;
}
