import type { PreparedServings } from '../../../serving-configs/node/prepared-servings.ts';
import { readFigures } from '../../node/sampler/read-figures.ts';
import { readMachine } from '../../node/system/machine.ts';
import { findK6 } from '../load/k6/program.ts';
import { areServingsNamed } from '../plan/plan-options.ts';
import type { Plan } from '../plan/plan.ts';
import { assignedWork } from '../plan/read-assignment.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare.ts';
import type { RunShare } from '../run/run-plan.ts';
import { chooseServings } from '../runtime/choose-servings.ts';
import { withPair } from './describe-pair.ts';
import { findAssignment } from './find-assignment.ts';
import { assignmentFileIn } from './mirrored-objects.ts';
import { nodePlanOptions } from './node-plan-options.ts';
import type { NodeRun, NodeRunContext } from './node-run.ts';
import { modelSettings, preparedEntries } from './prepared-entries.ts';
import type { ResultsBucket } from './results-bucket.ts';
import { readSearchRecords } from './search-records.ts';
import type { ServingCommands } from './serving-commands.ts';
import { createSsmSlot } from './ssm-slot.ts';

const loadEngineHere = async (): Promise<'k6' | 'embedded'> =>
  findK6().then(
    () => 'k6' as const,
    () => 'embedded' as const,
  );

/**
 * The plan of a run in its folder: made anew, or taken up where it was left.
 *
 * @param prepared the containers of the serving node; undefined with the reference runtime
 */
export const prepareOnNode = async (
  run: NodeRun,
  { node, emit, signal }: NodeRunContext,
  isBegun: boolean,
  prepared: PreparedServings | undefined,
): Promise<PreparedRun> => {
  const { folder, said } = run;
  const own = prepared === undefined ? {} : await modelSettings(prepared);
  const settings = { ...run.settings, ...own };
  const place = { where: 'aws', runtime: node.runtime } as const;
  if (isBegun) return prepareResumedRun({ folder, said, settings, place }, { emit, signal });
  const found = { servings: node.servings, loadEngine: await loadEngineHere() };
  const options = nodePlanOptions(said, run.runId, found);
  const strict = areServingsNamed(said);
  const chosen =
    prepared === undefined
      ? undefined
      : chooseServings(options.servings, 'docker', preparedEntries(prepared), strict);
  return prepareNewRun(
    { folder, options, strict, settings, place, ...(chosen === undefined ? {} : { chosen }) },
    { emit, signal },
  );
};

/** What a runner reaches beside this node. */
export interface NodeAccess {
  readonly bucket: ResultsBucket;
  readonly commands: ServingCommands;
}

/** What this pair measures of a plan, and with what. */
export const shareOf = async (
  run: NodeRun,
  plan: Plan,
  { node, signal }: NodeRunContext,
  { bucket, commands }: NodeAccess,
): Promise<RunShare> => {
  const { pair } = node;
  const assignment = await findAssignment(run, plan, bucket);
  const { cells, searches } = assignedWork(assignment, { runId: run.runId, pair, plan });
  await writeJsonFile(assignmentFileIn(run.folder), assignment);
  const servings = [...new Set(plan.paths.map(({ serving }) => serving))];
  return {
    origin: { pair, assignment: assignment.number },
    cells,
    searches,
    // By the rule, a search is where its pilots are, so that no other pair knows anything of it.
    known:
      assignment.number === 0 ? [] : await readSearchRecords(bucket, { ...run, pair }, searches),
    slot: createSsmSlot(commands, node.servingHost, servings, ({ fromMs, toMs }) =>
      readFigures(fromMs, toMs),
    ),
    describeEnvironment: async (known) => {
      const askedMs = Date.now();
      const state = await commands.run('InspectServing', {}, signal);
      const inspected = { state, askedMs, heardMs: Date.now() };
      return withPair(known, node, plan, inspected, await readMachine(process.env));
    },
  };
};

/** The same in words, for the journal. */
export const shareText = ({ origin, cells, searches }: RunShare, plan: Plan): string => {
  const searched =
    plan.searches === undefined
      ? ''
      : ` and ${searches.length} of ${plan.searches.length} searches`;
  return `pair ${origin.pair} measures ${cells.length} of ${plan.cells.length} cells${searched} (assignment ${origin.assignment})`;
};
