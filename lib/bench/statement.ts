import type { Plan } from './plan/plan.ts';

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** The first line of every output: what was compared and what was not. */
export const statementOf = (plan: Pick<Plan, 'paths' | 'model'>): string => {
  const count = new Set(plan.paths.map(({ serving }) => serving)).size;
  const behind = `${WORDS[count] ?? count} protocol${count === 1 ? '' : 's'}`;
  const weights = plan.model.trained
    ? 'its weights are trained'
    : 'trained: false, so classes only show that every path computes the same';
  return (
    `Compared: one engine (ResNet-50 in ONNX Runtime) behind ${behind} on this machine, ` +
    `not the platforms themselves; ${weights}.`
  );
};
