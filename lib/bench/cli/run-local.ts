import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMachine } from '../../aws/node/system/machine.ts';
import { assertComparable } from '../analysis/comparison/compare-runs.ts';
import type { Plan } from '../model/plan.ts';
import { planOverridesOf } from '../plan/command-line.ts';
import { resumeCommandOf } from '../plan/command-of-plan.ts';
import { NOTHING_TO_COMPARE } from '../plan/detectable-difference.ts';
import { assertFixedLength, maxSecondsOf, REPORT_SECONDS } from '../plan/max-time.ts';
import { showProgress } from '../progress/show-progress.ts';
import { writeReport } from '../report/write-report.ts';
import { readEnvironment, readPlan } from '../results/run-folder.ts';
import { findBaseline } from '../results/baselines.ts';
import { assertSameServed } from '../run/servings/choose-servings.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare-run.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { defaultModel } from '../run/project-files.ts';
import { runMany } from '../run/many/run-many.ts';
import { runPlan } from '../run/run-plan.ts';
import { writeTuned } from '../run/write-tuned.ts';
import {
  assertCredentials,
  givenServers,
  resumedServers,
} from '../run/servings/running-servers/given-server.ts';
import { statementOf } from '../wording/statement.ts';
import { commandLines } from '../wording/text-layout.ts';
import { withModels } from './many-models.ts';
import { usageError, type CommandContext } from './command.ts';
import { assertConditionsApply } from './fail-conditions.ts';
import { compareFolders, saveAsBaseline } from './comparison-result.ts';
import { isInterrupt } from './interrupts.ts';
import { readNamedModel } from './model-option.ts';
import type { RunValues } from './options.ts';
import { planHere, settingsOf } from './plan-request.ts';
import { printResult, printText } from './run-result.ts';
import { listHere } from './runnable-servings.ts';
import { tunedValues } from './tuned-run.ts';

/** `results/2026-01-31T12-00-00-quick`: sorts by time, is valid on every system, and has a number if a run of the same second has it already. */
export const newRunFolder = (at: Date, profile: string): string => {
  const name = join('results', `${at.toISOString().slice(0, 19).replaceAll(':', '-')}-${profile}`);
  let folder = name;
  for (let number = 2; existsSync(folder); number += 1) folder = `${name}-${number}`;
  return folder;
};

/** Prepares a run whose command line was checked; events show its progress. */
type Prepare = (emit: EmitRunEvent) => Promise<PreparedRun>;

/** Checks a command line that resumes a run. */
const checkResumedRun = async (
  folder: string,
  values: RunValues,
  signal: AbortSignal,
): Promise<Prepare> => {
  if (values.output !== undefined) {
    throw usageError(
      '--resume cannot be combined with --output',
      'leave --output out: a resumed run writes to its own folder',
    );
  }
  const overrides = planOverridesOf(values);
  const plan = await readPlan(folder);
  const { model: named = defaultModel } = plan.settings;
  const model = await readNamedModel(values.model ?? named, signal);
  const settings = settingsOf(values, model);
  assertFixedLength({ options: plan.options, settings });
  const { targets } = plan;
  const { caFile = plan.settings.caFile } = settings;
  const given = givenServers(values.target ?? [], model, caFile);
  const servers = resumedServers(plan.servers ?? [], given, caFile);
  assertCredentials(servers, plan.settings.targets ?? [], resumeCommandOf(folder, plan));
  assertConditionsApply(values['fail-if'], targets, { ...plan.settings, ...settings });
  const { runtime = plan.runtime } = values;
  const host = { where: 'local', runtime } as const;
  return async (emit) => {
    if (plan.where === 'local' && plan.runtime === runtime) {
      const config = values.config ?? plan.settings.configFile;
      const listed = await listHere(runtime, config, model, signal);
      if (listed !== undefined) assertSameServed(plan, listed.entries);
    }
    const inputs = { kind: 'description', model } as const;
    return prepareResumedRun(
      { folder, overrides, settings, host, inputs, servers },
      { emit, signal },
    );
  };
};

/** Checks a command line that starts a new run. */
const checkNewRun = async (given: RunValues, context: CommandContext): Promise<Prepare> => {
  const { values: tuned, candidates } = await tunedValues(given);
  const values = await withModels(tuned, context);
  const { planned, model } = await planHere(values, context, candidates);
  const { options, targets, settings } = planned;
  const folder = values.output ?? newRunFolder(new Date(), options.profile);
  assertConditionsApply(values['fail-if'], targets, settings);
  assertFixedLength(planned);
  const inputs = { kind: 'description', model } as const;
  return (emit) => prepareNewRun({ folder, planned, inputs }, { emit, signal: context.signal });
};

/**
 * Compares what is known before the first measurement, so that nobody measures for nothing.
 *
 * @throws BenchError if the run could not be compared with the baseline
 */
const assertLikeBaseline = async (plan: Plan, baseline: string): Promise<void> => {
  const environment = await readEnvironment(baseline);
  if (environment === undefined) return;
  const machine = await readMachine();
  assertComparable(
    { folder: baseline, plan: await readPlan(baseline), environment },
    { plan, environment: { ...environment, machine } },
  );
};

/** Runs or resumes a plan on this machine and writes the report. */
export const runLocal = async (values: RunValues, context: CommandContext): Promise<number> => {
  const { console, signal } = context;
  const { resume, json } = values;
  const startedAtMs = performance.now();
  const { baseline: name, 'save-baseline': savedName } = values;
  const baseline = name === undefined ? undefined : await findBaseline(name);
  const prepare = await (resume === undefined
    ? checkNewRun(values, context)
    : checkResumedRun(resume, values, signal));
  const progress = showProgress(console.err, console.errTerminal);
  const { emit } = progress;
  let prepared: PreparedRun | undefined;
  try {
    prepared = await prepare(emit);
    progress.stop();
    const { folder, plan, release: _, ...inputs } = prepared;
    if (baseline !== undefined) await assertLikeBaseline(plan, baseline);
    if (!json) printText(statementOf(plan), console);
    for (const { serving, reason } of plan.leftOut ?? []) {
      console.err(`${commandLines('left out: ', `${serving}: ${reason}`).join('\n')}\n`);
    }
    if (plan.targets.length === 1) console.err(`${NOTHING_TO_COMPARE}\n`);
    const maxSeconds = maxSecondsOf(plan);
    const endBeforeMs =
      maxSeconds === undefined ? undefined : startedAtMs + 1000 * (maxSeconds - REPORT_SECONDS);
    const request = { folder, plan, ...inputs, emit, signal, endBeforeMs };
    await (plan.many === undefined ? runPlan(request) : runMany(request, plan.many));
    emit({ event: 'preparing', what: 'writing the report' });
    const report = await writeReport(folder);
    await writeTuned(folder, report.summary, inputs.source);
    progress.stop();
    const exitCode = await printResult(report, folder, console, {
      ...values,
      withStatement: false,
      compare:
        baseline === undefined
          ? undefined
          : () => compareFolders(baseline, folder, { 'fail-on': values['fail-on'] }),
    });
    if (savedName !== undefined) {
      await saveAsBaseline(folder, savedName, report.summary.validity?.valid === true, console);
    }
    return exitCode;
  } catch (error) {
    progress.stop();
    if (isInterrupt(error)) {
      console.err(
        prepared === undefined
          ? 'interrupted before the first measurement\n'
          : `interrupted; all finished measurements are kept. Continue with\n  ${resumeCommandOf(prepared.folder, prepared.plan)}\n`,
      );
    }
    throw error;
  } finally {
    await prepared?.release();
  }
};
