import type { Cell, Path } from '../../plan/cell.ts';
import type { Plan } from '../../plan/plan.ts';
import type { GateResult } from '../gates/gate.ts';
import type { ResultRecord } from '../../results/record.ts';
import { decidingWindows } from './claim-of.ts';
import type { SloTrial } from './judge-trial.ts';
import { searchProgress, type SearchProgress } from './search-progress.ts';
import type { TrialLimit } from './search-window.ts';

/** The highest rate of a path that keeps p99 within a bound, as far as it was found. */
export interface SloSearchResult {
  readonly path: Path;
  readonly engine: Cell['engine'];
  /** The bound. */
  readonly p99Ms: number;
  readonly state: SearchProgress['state'];
  /** Why no rate was tried, where no trial was needed to tell. */
  readonly reason?: string;
  readonly highestValid?: SloTrial;
  readonly lowestInvalid?: SloTrial;
  /** In the order in which they ran. */
  readonly trials: readonly SloTrial[];
  /** The shortest window of a trial. */
  readonly windowSeconds: number;
  /**
   * What of the apparatus, and not the path, may have set the lowest rate that was not carried: then the search has no result,
   * but for the rate that was carried, which is one of many.
   */
  readonly limitedBy?: TrialLimit;
}

const resultOf = ({
  search,
  trials,
  state,
  reason,
  highestValid,
  lowestInvalid,
}: SearchProgress): SloSearchResult => ({
  path: search.path,
  engine: search.engine,
  p99Ms: search.p99Ms,
  state,
  ...(reason === undefined ? {} : { reason }),
  ...(highestValid === undefined ? {} : { highestValid }),
  ...(lowestInvalid === undefined ? {} : { lowestInvalid }),
  trials,
  windowSeconds: search.durationSeconds,
  ...(lowestInvalid?.limitedBy === undefined ? {} : { limitedBy: lowestInvalid.limitedBy }),
});

/** What was asked of the windows by which a search ended: of those that made its lowest invalid rate one. */
export const endGates = ({
  lowestInvalid,
}: Pick<SloSearchResult, 'lowestInvalid'>): readonly GateResult[] =>
  lowestInvalid === undefined ? [] : (decidingWindows(lowestInvalid).gates ?? []);

/** The searches of a plan with what their trials gave; undefined where it has none. */
export const sloSearchesOf = (
  { searches }: Pick<Plan, 'searches'>,
  records: readonly ResultRecord[],
): readonly SloSearchResult[] | undefined =>
  searches?.map((search) => resultOf(searchProgress(search, records)));
