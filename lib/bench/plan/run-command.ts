import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { Plan } from '../model/plan.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { planArguments } from './command-line.ts';
import { resolvePlanOptions } from './plan-options.ts';

/** A command that makes the same measurements again, for the version that has made the plan. */
export const runCommandOf = ({
  options,
  settings,
  where,
  runtime,
}: Pick<Plan, 'options' | 'settings' | 'where' | 'runtime'>): string => {
  const { profile, seed, payloads, ...others } = options;
  const usual = resolvePlanOptions({ profile, seed }, where, runtime);
  const { modelDescription, modelsFolder } = settings;
  const model = modelDescription ?? (modelsFolder === undefined ? settings.modelFile : undefined);
  // With a description, payloads are tensors.
  const all = modelDescription === undefined ? { ...others, payloads } : others;
  const changed = Object.entries(all).filter(
    ([option, value]) =>
      // Only running servers take part.
      !(option === 'servings' && options.servings.length === 0) &&
      JSON.stringify(value) !== JSON.stringify(usual[option as keyof PlanOptions]),
  );
  const words = [
    ...(profile === 'quick' ? [] : [`--profile ${profile}`]),
    planArguments(Object.fromEntries(changed)),
    ...(where === 'aws' ? ['--on aws'] : []),
    ...(where === 'aws' || runtime === 'simulated' || runtime === 'running'
      ? []
      : [`--runtime ${runtime}`]),
    ...(settings.imagesDir === undefined ? [] : [`--images ${shellWord(settings.imagesDir)}`]),
    ...(model === undefined ? [] : [`--model ${shellWord(model)}`]),
    ...(settings.targets ?? []).map((server) => `--target ${shellWord(server)}`),
    `--seed ${seed}`,
  ];
  return ['npx serving-compare run', ...words.filter((word) => word !== '')].join(' ');
};
