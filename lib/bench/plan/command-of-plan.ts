import { basename } from 'node:path';
import { isServingName } from '../../../serving-configs/index.ts';
import { TENSORS } from '../../../serving-configs/manifest.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { planArguments } from './command-line.ts';
import { maxSecondsOf, maxTimeKind } from './max-time.ts';
import { SIMULATED_BATCHES } from './profiles.ts';
import { isMany, resolvePlanOptions } from './resolve-plan-options.ts';

/** Stands for the credentials in the address of a running server, which no file and no output has. */
const [USER, PASSWORD] = ['USER', 'PASSWORD'];

/** An address with `USER:PASSWORD` in place of its credentials, if it has any. */
export const withoutSecrets = (address: string): string => {
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  url.username = USER;
  url.password = PASSWORD;
  return url.href;
};

/** Whether an address, also as `NAME=URL`, has credentials that its user must fill in. */
export const lacksSecrets = (address: string): boolean =>
  address.includes(`://${USER}:${PASSWORD}@`);

/** Whether a running server, as `NAME=URL`, has a name. */
export const isNamed = (server: string, name: string): boolean => server.startsWith(`${name}=`);

/** An option with its value; empty if it was not given. */
const optionText = <Value extends string | number>(
  name: string,
  value: Value | undefined,
  write: (value: Value) => string = String,
): string => (value === undefined ? '' : `--${name} ${shellWord(write(value))}`);

const commandOf = (words: readonly string[]): string =>
  ['npx serving-compare run', ...words.filter((word) => word !== '')].join(' ');

/** The command that measures on in a run folder. */
export const resumeCommandOf = (
  folder: string,
  { where, settings }: Pick<Plan, 'where' | 'settings'>,
): string => {
  const { targets = [] } = settings;
  const words =
    where === 'aws'
      ? ['--on aws', `--resume ${basename(folder)}`, optionText('config', settings.configFile)]
      : [
          optionText('resume', folder),
          ...targets.filter(lacksSecrets).map((server) => optionText('target', server)),
        ];
  return commandOf(words);
};

/** The command that measures again what a search for settings found. */
export const tunedCommandOf = (folder: string, { where }: Pick<Plan, 'where'>): string =>
  commandOf([where === 'aws' ? '--on aws' : '', optionText('tuned', folder)]);

type RunPlan = Pick<Plan, 'options' | 'settings' | 'where' | 'runtime'>;

/** The command that repeats the measurements of a plan, with the version that made it. */
export const runCommandOf = ({ options, settings, where, runtime }: RunPlan): string => {
  const { profile, seed, payloads, ...otherOptions } = options;
  const { processes, usdPerHour, maxSeconds } = settings;
  const defaults = resolvePlanOptions({ profile, seed }, where, runtime);
  // Those of a model whose requests are tensors are always the same.
  const all = payloads?.includes(TENSORS) === true ? otherOptions : { ...otherOptions, payloads };
  const changed = Object.entries(all).filter(
    ([option, value]) =>
      // Without servings, only running servers take part.
      !(option === 'servings' && options.servings.length === 0) &&
      // `--delay` says it, and in a search for settings nothing needs to.
      !(option === 'engine' && value === 'delay') &&
      !(
        option === 'delayMs' &&
        options.delayPerInputMs !== undefined &&
        value === SIMULATED_BATCHES.delayMs
      ) &&
      // Such a run has as many repeats as it needed.
      !(option === 'repeats' && options.ends === 'when-decided') &&
      (JSON.stringify(value) !== JSON.stringify(defaults[option as keyof PlanOptions]) ||
        // Without it, a pilot would choose the windows.
        (option === 'durationSeconds' && options.windows !== defaults.windows) ||
        // Without them, the run would end when it is decided.
        (option === 'repeats' && options.ends !== defaults.ends)),
  );
  const takesConfig = where === 'aws' || runtime === 'docker';
  return commandOf([
    profile === 'quick' ? '' : `--profile ${profile}`,
    planArguments(Object.fromEntries(changed)),
    where === 'aws' ? '--on aws' : '',
    where === 'aws' || runtime === 'simulated' || runtime === 'running'
      ? ''
      : `--runtime ${runtime}`,
    optionText('config', takesConfig ? settings.configFile : undefined),
    optionText('images', settings.imagesDir),
    // Generated models have a description of their own.
    optionText(
      'model',
      isMany({ profile }) && settings.modelsFolder === undefined ? undefined : settings.model,
    ),
    optionText('models', settings.modelsFolder),
    ...(settings.targets ?? []).map((server) => optionText('target', server)),
    optionText('settings', settings.settingsFile),
    optionText('tuned', settings.tunedRun),
    optionText('ca', settings.caFile),
    optionText('processes', processes),
    optionText('price-per-hour', usdPerHour, (price) => `${price}USD`),
    optionText('max-time', maxSeconds, (limit) => maxTimeKind.write(limit)),
    `--seed ${seed}`,
  ]);
};

/** Options that make a run take longer. */
const TAKE_LONGER = ['repeats', 'durationSeconds', 'warmupSeconds', 'bypassSeconds'] as const;

type AgainPlan = RunPlan & Pick<Plan, 'targets'>;

/**
 * The time that a user gave to a run, for a longer one; undefined if a run without one has at least as much: a user may have patience for more than
 * the default, but less would stop the longer run.
 */
const moreThanDefaultSeconds = (plan: AgainPlan): number | undefined => {
  const { maxSeconds = 0 } = plan.settings;
  const defaultSeconds = maxSecondsOf({
    ...plan,
    settings: { ...plan.settings, maxSeconds: undefined },
  });
  return maxSeconds > (defaultSeconds ?? Infinity) ? maxSeconds : undefined;
};

/** The command that measures the same again, with other options. If it takes longer, it has at least the time of a run without `--max-time`. */
export const againCommandOf = (plan: AgainPlan, changed: Partial<PlanOptions> = {}): string => {
  const again = { ...plan, options: { ...plan.options, ...changed } };
  return runCommandOf(
    TAKE_LONGER.every((option) => changed[option] === undefined)
      ? again
      : { ...again, settings: { ...again.settings, maxSeconds: moreThanDefaultSeconds(again) } },
  );
};

/** The command that puts one target of a plan under constant load for long. */
export const soakCommandOf = (
  { options, settings, where, runtime }: RunPlan,
  { serving, protocol, payload }: Target,
): string => {
  const { encodings, engine, delayMs, timeoutMs, seed } = options;
  const isRunning = !isServingName(serving);
  const soak = resolvePlanOptions({ profile: 'soak', seed }, where, runtime);
  return runCommandOf({
    where,
    runtime: isRunning ? 'running' : runtime,
    options: {
      ...soak,
      servings: isRunning ? [] : [serving],
      protocols: isRunning ? soak.protocols : [protocol],
      payloads: payload === 'tensor' ? undefined : [payload],
      encodings,
      engine,
      delayMs,
      timeoutMs,
    },
    settings: {
      ...settings,
      targets: settings.targets?.filter((server) => isNamed(server, serving)),
      // A soak lasts as long as it lasts.
      maxSeconds: undefined,
    },
  });
};
