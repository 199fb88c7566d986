import type { Plan } from '../model/plan.ts';
import type { RuntimeSpec } from './serving-launch.ts';

/** What a plan of this machine serves with. */
export const runtimeSpecOf = ({
  runtime,
  served = {},
  settings,
}: Pick<Plan, 'runtime' | 'served' | 'settings'>): RuntimeSpec => {
  if (runtime === 'venv') return { kind: 'venv' };
  if (runtime !== 'docker') return { kind: 'simulated' };
  const images = Object.fromEntries(
    Object.entries(served).map(([serving, { image }]) => [serving, image]),
  );
  const { modelsFolder: models = '', modelTrained: trained } = settings ?? {};
  const accelerator = Object.values(served)[0]?.accelerator ?? 'cpu';
  return { kind: 'docker', images, models, accelerator, trained };
};
