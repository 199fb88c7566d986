import { join, resolve } from 'node:path';
import { registerServers } from '../../../serving-configs/index.ts';
import { formatsOf } from '../../../serving-configs/models/tensors/tensor-model.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { RunSettings } from '../model/plan.ts';
import { buildMeasurements } from '../plan/build-plan.ts';
import { planOverridesOf } from '../plan/command-line.ts';
import { NOTHING_TO_COMPARE } from '../plan/detectable-difference.ts';
import { repeatsWithin, REPORT_SECONDS } from '../plan/max-time.ts';
import { showProgress } from '../progress/show-progress.ts';
import { writeReport } from '../report/write-report.ts';
import { readPlan } from '../results/run-folder.ts';
import { assertSameServed } from '../run/servings/choose-servings.ts';
import { runtimes } from '../run/servings/slot.ts';
import { prepareNewRun, prepareResumedRun, type PreparedRun } from '../run/prepare-run.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { runPlan } from '../run/run-plan.ts';
import { resumedServers, givenServers } from '../run/servings/running-servers/given-server.ts';
import type { UserModel } from '../user-model/user-model.ts';
import { statementOf } from '../wording/statement.ts';
import { commandLines } from '../wording/text-layout.ts';
import { usageError, type CommandContext } from './command.ts';
import { assertConditionsApply } from './fail-conditions.ts';
import { isInterrupt } from './interrupts.ts';
import { readModelOption } from './model-option.ts';
import type { RunValues } from './options.ts';
import { readPlanRequest } from './plan-request.ts';
import { printResult, printText } from './run-result.ts';
import { containerSourcesOf, settingsOfModels } from './runnable-servings.ts';

const resolved = (file: string | undefined): string | undefined => file && resolve(file);

/** Settings that the command line gives. Those it does not give have no key, so that a resumed run keeps its own. */
const settingsOf = (
  { images, model, config, ...values }: RunValues,
  userModel: UserModel | undefined,
): RunSettings => {
  const settings: RunSettings = {
    imagesDir: resolved(images),
    modelFile: userModel === undefined ? resolved(model) : undefined,
    modelDescription: userModel?.description,
    configFile: resolved(config),
    processes: values.processes,
    usdPerHour: values['price-per-hour'],
    maxSeconds: values['max-time'],
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
};

/** `2026-01-31T12-00-00-quick`: sorts by time, and is a valid file name on every system. */
const folderName = (at: Date, profile: string): string =>
  `${at.toISOString().slice(0, 19).replaceAll(':', '-')}-${profile}`;

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
  const { modelDescription } = plan.settings;
  const userModel =
    modelDescription === undefined
      ? undefined
      : await readModelOption(values.model ?? modelDescription, signal);
  const settings = settingsOf(values, userModel);
  const { targets, servers = [] } = plan;
  const model = userModel ?? { servers: {}, inputs: [], outputs: [] };
  registerServers(resumedServers(servers, givenServers(values.target ?? [], model)));
  assertConditionsApply(values['fail-if'], targets, { ...plan.settings, ...settings });
  const plannedRuntime = plan.runtime === 'container' ? 'simulated' : plan.runtime;
  const { runtime = plannedRuntime } = values;
  const host = { where: 'local', runtime } as const;
  return async (emit) => {
    if (plan.where === 'local' && plan.runtime === runtime && runtime !== 'running') {
      const sources = () => containerSourcesOf(values.config ?? plan.settings.configFile);
      const formats = userModel && formatsOf(userModel);
      assertSameServed(plan, (await runtimes[runtime].list({ sources, formats }, signal)).entries);
    }
    return prepareResumedRun({ folder, overrides, settings, host, userModel }, { emit, signal });
  };
};

/** Checks a command line that starts a new run. */
const checkNewRun = async (values: RunValues, context: CommandContext): Promise<Prepare> => {
  const overrides = planOverridesOf(values);
  const { models, runtime, ...request } = await readPlanRequest({ ...values, overrides }, context);
  const { userModel, options, targets, servers } = request;
  const optionSettings = settingsOf(values, userModel);
  const settings: RunSettings = {
    ...optionSettings,
    ...settingsOfModels(models, optionSettings.modelFile),
    // The URLs of the plan, which hold no credentials.
    targets: values.target?.map(
      ({ name }) => `${name}=${servers.find((server) => server.name === name)?.url}`,
    ),
  };
  const host = { where: 'local', runtime } as const;
  const folder = values.output ?? join('results', folderName(new Date(), options.profile));
  assertConditionsApply(values['fail-if'], targets, settings);
  if (values['max-time'] !== undefined) {
    const measurements = buildMeasurements(targets, options);
    // Throws if the time is too short.
    repeatsWithin({ options, targets, measurements }, values['max-time'], host);
  }
  const run = { ...request, folder, settings, host };
  return (emit) => prepareNewRun(run, { emit, signal: context.signal });
};

/** Runs or resumes a plan on this machine and writes the report. */
export const runLocal = async (values: RunValues, context: CommandContext): Promise<number> => {
  const { console, signal } = context;
  const { resume, json } = values;
  const startedAtMs = performance.now();
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
    if (!json) printText(statementOf(plan), console);
    for (const { serving, reason } of plan.leftOut ?? []) {
      console.err(`${commandLines('left out: ', `${serving}: ${reason}`).join('\n')}\n`);
    }
    if (plan.targets.length === 1) console.err(`${NOTHING_TO_COMPARE}\n`);
    const { maxSeconds } = plan.settings;
    const endBeforeMs =
      maxSeconds === undefined ? undefined : startedAtMs + 1000 * (maxSeconds - REPORT_SECONDS);
    await runPlan({ folder, plan, ...inputs, emit, signal, endBeforeMs });
    emit({ event: 'preparing', what: 'writing the report' });
    const report = await writeReport(folder);
    progress.stop();
    return await printResult(report, folder, console, { ...values, withStatement: false });
  } catch (error) {
    progress.stop();
    if (isInterrupt(error)) {
      console.err(
        prepared === undefined
          ? 'interrupted before the first measurement\n'
          : `interrupted; all finished measurements are kept. Continue with\n  npx serving-compare run --resume ${shellWord(prepared.folder)}\n`,
      );
    }
    throw error;
  } finally {
    await prepared?.release();
  }
};
