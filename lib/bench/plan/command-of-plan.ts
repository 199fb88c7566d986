import { TENSORS } from '../../../serving-configs/manifest.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { planArguments } from './command-line.ts';
import { resolvePlanOptions } from './resolve-plan-options.ts';

/** The command that repeats the measurements of a plan, with the version that made it. */
export const runCommandOf = ({
  options,
  settings,
  where,
  runtime,
}: Pick<Plan, 'options' | 'settings' | 'where' | 'runtime'>): string => {
  const { profile, seed, payloads, ...otherOptions } = options;
  const defaults = resolvePlanOptions({ profile, seed }, where, runtime);
  // Those of a model whose requests are tensors are always the same.
  const all = payloads?.includes(TENSORS) === true ? otherOptions : { ...otherOptions, payloads };
  const changed = Object.entries(all).filter(
    ([option, value]) =>
      // Without servings, only running servers take part.
      !(option === 'servings' && options.servings.length === 0) &&
      // The run itself found out how many.
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
