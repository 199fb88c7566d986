import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MIDDLEWARE_PORT } from '../../deployment/node-environment.ts';
import { readFigures } from '../../node/sampler/read-figures.ts';
import { readMachine } from '../../node/system/machine.ts';
import type { Aws } from '../aws/clients.ts';
import { BenchError, messageOf } from '../errors.ts';
import { areServingsNamed, type PlanOverrides } from '../plan/plan-options.ts';
import type { Plan, RunSettings } from '../plan/plan.ts';
import { assignedWork } from '../plan/read-assignment.ts';
import { runFilesIn } from '../results/run-folder.ts';
import { lockRunFolder } from '../results/run-lock.ts';
import type { RunStatus } from '../results/run-status.ts';
import { writeJsonFile } from '../results/write-json-file.ts';
import { findK6 } from '../load/k6/program.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { runPlan, type RunShare } from '../run/run-plan.ts';
import { withPair } from './describe-pair.ts';
import { findAssignment } from './find-assignment.ts';
import { createLoadOnNodes } from './load-on-nodes.ts';
import { createMirror, type MissingObject } from './mirror.ts';
import { assignmentFileIn } from './mirrored-objects.ts';
import { nodePlanOptions } from './node-plan-options.ts';
import type { NodeSettings } from './node-settings.ts';
import { restoreRun } from './restore-run.ts';
import { createResultsBucket, type ResultsBucket } from './results-bucket.ts';
import { statementOf } from '../wording/statement.ts';
import { readSearchRecords } from './search-records.ts';
import { createServingCommands, type ServingCommands } from './serving-commands.ts';
import { watchSpotNotice } from './spot-notice.ts';
import { createSsmSlot } from './ssm-slot.ts';
import { createStatusWriter, statusFileIn } from './status-writer.ts';
import { statusAfter, statusAtEnd } from './track-status.ts';

/** What a runner is asked to do. */
export interface NodeRun {
  readonly runId: string;
  readonly folder: string;
  /** Numbers of the pairs that share the plan. */
  readonly pairs: readonly number[];
  /** Number of an assignment in the bucket; 0 shares by rule. */
  readonly assignment: number;
  readonly said: PlanOverrides;
  readonly settings: RunSettings;
  /** How long the end of the run tries to put what the bucket did not take before. */
  readonly uploadTimeoutMs: number;
}

export interface NodeRunContext {
  readonly node: NodeSettings;
  readonly aws: Aws;
  readonly emit: EmitRunEvent;
  /** For people who read the journal. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How a runner ended. */
export interface NodeRunResult {
  readonly status: RunStatus;
  /** What is finished and could not be put into the bucket. */
  readonly missing: readonly MissingObject[];
  /** Of paths whose answers were wrong. */
  readonly failedChecks: number;
}

export const filesText = (count: number): string =>
  count === 1 ? '1 file is' : `${count} files are`;

/** A node that goes away has no time. */
const HURRIED_DRAIN_MS = 5000;
const STATUS_MS = 10_000;
const HURRIED_STATUS_MS = 2000;

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Whether the operator ended this run: `cancel-run.sh` leaves this file before it stops the runner. */
const isCancelled = (folder: string): Promise<boolean> => exists(join(folder, 'cancelled'));

/** The status of a runner that begins, or begins again. */
const firstStatus = async ({ runId, folder }: NodeRun, node: NodeSettings): Promise<RunStatus> => {
  const now = new Date().toISOString();
  const before = await readFile(statusFileIn(folder), 'utf8').then(
    (text) => JSON.parse(text) as RunStatus,
    () => undefined,
  );
  return {
    schema: 1,
    runId,
    pair: node.pair,
    state: 'preparing',
    startedAt: before?.startedAt ?? now,
    updatedAt: now,
    cells: before?.cells ?? { total: 0, completed: 0, failed: 0 },
    pricePerHourUsd: node.pricePerHourUsd,
    pendingUploads: 0,
    starts: (before?.starts ?? 0) + 1,
  };
};

const loadEngineHere = async (): Promise<'k6' | 'embedded'> =>
  findK6().then(
    () => 'k6' as const,
    () => 'embedded' as const,
  );

const prepare = async (
  run: NodeRun,
  { node, emit, signal }: NodeRunContext,
  isBegun: boolean,
): Promise<PreparedRun> => {
  const { folder, said, settings } = run;
  const place = { where: 'aws', runtime: node.runtime } as const;
  if (isBegun) return prepareResumedRun({ folder, said, settings, place }, { emit, signal });
  const found = { servings: node.servings, loadEngine: await loadEngineHere() };
  const options = nodePlanOptions(said, run.runId, found);
  const strict = areServingsNamed(said);
  return prepareNewRun({ folder, options, strict, settings, place }, { emit, signal });
};

/** What a runner reaches beside this node. */
interface NodeAccess {
  readonly bucket: ResultsBucket;
  readonly commands: ServingCommands;
  readonly ssm: Aws['ssm'];
}

const loadOf = async (
  { runId }: NodeRun,
  { images }: Plan,
  { pair, load }: NodeSettings,
  { bucket, ssm }: NodeAccess,
): Promise<Pick<RunShare, 'load'>> => {
  if (load === undefined) return {};
  const place = { runId, pair, images, bucket };
  return {
    load: {
      runLoad: await createLoadOnNodes(ssm, load, place, `bench ${runId}`),
      nodes: load.instanceIds.length,
      listen: { host: load.address, port: MIDDLEWARE_PORT },
    },
  };
};

const shareOf = async (
  run: NodeRun,
  plan: Plan,
  { node, signal }: NodeRunContext,
  { bucket, commands, ssm }: NodeAccess,
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
    ...(await loadOf(run, plan, node, { bucket, commands, ssm })),
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

const shareText = ({ origin, cells, searches }: RunShare, plan: Plan): string => {
  const searched =
    plan.searches === undefined
      ? ''
      : ` and ${searches.length} of ${plan.searches.length} searches`;
  return `pair ${origin.pair} measures ${cells.length} of ${plan.cells.length} cells${searched} (assignment ${origin.assignment})`;
};

/** Runs the share in a folder that nobody else writes to. */
const runLocked = async (run: NodeRun, context: NodeRunContext): Promise<NodeRunResult> => {
  const { node, aws, tell } = context;
  const { runId, folder } = run;
  const place = { folder, runId, pair: node.pair };
  const bucket = createResultsBucket(node.bucket, aws.s3);
  const leaving = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, leaving.signal]);

  const isBegun = (await exists(runFilesIn(folder).plan)) || (await restoreRun(bucket, place));
  const mirror = createMirror(bucket, place, tell);
  const status = createStatusWriter(await firstStatus(run, node), place, bucket, mirror.pending);
  void watchSpotNotice(({ action, time }) => {
    leaving.abort(
      new BenchError('BENCH_SPOT_INTERRUPTION', `AWS takes this node away at ${time} (${action})`),
    );
  }, over.signal);
  let failedChecks = 0;
  const emit: EmitRunEvent = (event) => {
    context.emit(event);
    status.update(statusAfter(status.current(), event, new Date()));
    if (event.event === 'check-end' && event.check.state === 'failed') failedChecks += 1;
    if (['run-start', 'check-end', 'cell-end'].includes(event.event)) mirror.sync();
  };
  const end = async (state: RunStatus['state'], message?: string): Promise<NodeRunResult> => {
    const missing = signal.aborted
      ? await mirror.drain(HURRIED_DRAIN_MS)
      : await mirror.drain(run.uploadTimeoutMs, signal);
    // Stopped while it waited for the bucket: no run that is over, since a next start puts the rest.
    if (state === 'completed' && missing.length > 0) signal.throwIfAborted();
    const isIncomplete = state === 'completed' && missing.length > 0;
    status.update(
      statusAtEnd(
        status.current(),
        isIncomplete ? 'failed' : state,
        isIncomplete
          ? `${filesText(missing.length)} not in the bucket; the node of pair ${node.pair} has all in ${folder}`
          : message,
      ),
    );
    await status.flush(signal.aborted ? HURRIED_STATUS_MS : STATUS_MS);
    return { status: status.current(), missing, failedChecks };
  };

  let prepared: PreparedRun | undefined;
  try {
    await status.flush(STATUS_MS);
    const own = { ...context, emit, signal };
    const commands = await createServingCommands(aws.ssm, node, `bench ${runId}`);
    prepared = await prepare(run, own, isBegun);
    mirror.sync();
    const { plan, imagesDir, answers, odd } = prepared;
    const share = await shareOf(run, plan, own, { bucket, commands, ssm: aws.ssm });
    tell(statementOf(plan));
    tell(shareText(share, plan));
    await runPlan({ folder, plan, imagesDir, answers, odd, emit, signal, share });
    return await end('completed');
  } catch (error) {
    const interrupted = (await isCancelled(folder)) ? 'cancelled' : 'interrupted';
    await end(signal.aborted ? interrupted : 'failed', messageOf(error));
    throw error;
  } finally {
    over.abort();
    await prepared?.release();
  }
};

/**
 * Runs this pair's share of a plan, from the first unfinished cell on, and keeps the bucket like the run folder.
 *
 * @throws BenchError where it cannot go on, was interrupted, or another process runs it already. But for the last, the
 * status says so by then.
 */
export const runShare = async (run: NodeRun, context: NodeRunContext): Promise<NodeRunResult> => {
  await mkdir(run.folder, { recursive: true });
  // Before anything is written: the status of another runner must stay its own.
  const unlock = await lockRunFolder(runFilesIn(run.folder).runnerLock);
  try {
    return await runLocked(run, context);
  } finally {
    await unlock();
  }
};
