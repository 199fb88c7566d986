import { searchProgress } from '../analysis/slo/search-progress.ts';
import type { Assignment } from '../plan/assignment.ts';
import type { Cell } from '../plan/cell.ts';
import type { Plan } from '../plan/plan.ts';
import { assignedIds, shareWork, type Work } from '../plan/share-work.ts';
import { isPilotOf, type SloSearch } from '../plan/slo/search.ts';
import type { ResultRecord } from '../results/record.ts';
import { optionText } from './option-text.ts';
import type { RunRequest } from './run-request.ts';

/** The cells of a plan that are not done: no record, or only failed ones. Pure. */
export const unfinishedCells = (
  cells: readonly Cell[],
  records: readonly ResultRecord[],
): readonly Cell[] => {
  const done = new Set(
    records.flatMap((record) =>
      record.kind === 'cell' && record.state !== 'failed' ? [record.cell.id] : [],
    ),
  );
  return cells.filter(({ id }) => !done.has(id));
};

/** The searches of a plan that can go on: those that are not over, and those whose pilots are still to be measured. Pure. */
export const unfinishedSearches = (
  searches: readonly SloSearch[],
  unfinished: readonly Cell[],
  records: readonly ResultRecord[],
): readonly SloSearch[] =>
  searches.filter((search) => {
    const { state } = searchProgress(search, records);
    if (state === 'going-on') return true;
    const mayStart = state === 'not-started' || state === 'too-short';
    return mayStart && unfinished.some((cell) => isPilotOf(search, cell));
  });

/** Gives what is left of a run to some pairs. Pure. */
export const resumeAssignment = (
  run: { readonly runId: string; readonly number: number; readonly planHash: string | undefined },
  unfinished: Work,
  pairs: readonly number[],
  records: readonly ResultRecord[],
): Assignment => ({
  schema: 1,
  runId: run.runId,
  number: run.number,
  ...(run.planHash === undefined ? {} : { planHash: run.planHash }),
  pairs: pairs.toSorted((a, b) => a - b),
  ...assignedIds(shareWork(unfinished, pairs, records)),
});

/** The request of a run that was started without this command line tool, from its plan. Pure. */
export const requestFromPlan = (
  deployment: string,
  runId: string,
  { options, createdAt }: Plan,
  pairs: readonly number[],
): RunRequest | undefined =>
  options === undefined
    ? undefined
    : {
        schema: 1,
        runId,
        requestedAt: createdAt,
        sentAt: createdAt,
        lastWords: {},
        deployment,
        options,
        strict: false,
        seedText: String(options.seed),
        optionText: optionText(options),
        pairs,
        notStarted: [],
        assignment: 0,
      };
