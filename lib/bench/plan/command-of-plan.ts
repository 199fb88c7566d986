import { basename } from 'node:path';
import { isServingName } from '../../../serving-configs/index.ts';
import { TENSORS } from '../../../serving-configs/manifest.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { Target } from '../model/measurement.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { planArguments } from './command-line.ts';
import { resolvePlanOptions } from './resolve-plan-options.ts';

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

/** The command that measures on in a run folder. */
export const resumeCommandOf = (
  folder: string,
  { where, settings: { targets = [] } }: Pick<Plan, 'where' | 'settings'>,
): string => {
  const words =
    where === 'aws'
      ? ['--on aws', `--resume ${basename(folder)}`]
      : [
          `--resume ${shellWord(folder)}`,
          ...targets.filter(lacksSecrets).map((server) => `--target ${shellWord(server)}`),
        ];
  return ['npx serving-compare run', ...words].join(' ');
};

type RunPlan = Pick<Plan, 'options' | 'settings' | 'where' | 'runtime'>;

/** The command that repeats the measurements of a plan, with the version that made it. */
export const runCommandOf = ({ options, settings, where, runtime }: RunPlan): string => {
  const { profile, seed, payloads, ...otherOptions } = options;
  const defaults = resolvePlanOptions({ profile, seed }, where, runtime);
  // Those of a model whose requests are tensors are always the same.
  const all = payloads?.includes(TENSORS) === true ? otherOptions : { ...otherOptions, payloads };
  const changed = Object.entries(all).filter(
    ([option, value]) =>
      // Without servings, only running servers take part.
      !(option === 'servings' && options.servings.length === 0) &&
      // Such a run has as many repeats as it needed.
      !(option === 'repeats' && options.ends === 'when-decided') &&
      JSON.stringify(value) !== JSON.stringify(defaults[option as keyof PlanOptions]),
  );
  const words = [
    ...(profile === 'quick' ? [] : [`--profile ${profile}`]),
    planArguments(Object.fromEntries(changed)),
    ...(where === 'aws' ? ['--on aws'] : []),
    ...(where === 'aws' || runtime === 'simulated' || runtime === 'running'
      ? []
      : [`--runtime ${runtime}`]),
    ...(settings.imagesDir === undefined ? [] : [`--images ${shellWord(settings.imagesDir)}`]),
    ...(settings.model === undefined ? [] : [`--model ${shellWord(settings.model)}`]),
    ...(settings.targets ?? []).map((server) => `--target ${shellWord(server)}`),
    ...(settings.caFile === undefined ? [] : [`--ca ${shellWord(settings.caFile)}`]),
    `--seed ${seed}`,
  ];
  return ['npx serving-compare run', ...words.filter((word) => word !== '')].join(' ');
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
      targets: settings.targets?.filter((server) => server.startsWith(`${serving}=`)),
    },
  });
};
