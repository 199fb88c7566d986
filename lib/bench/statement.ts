import type { Engine } from './plan/cell.ts';
import type { Plan } from './plan/plan.ts';

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const ENGINES: Readonly<Record<Engine, string>> = {
  onnx: 'ResNet-50 in ONNX Runtime',
  null: 'a fixed answer, nothing is computed',
  delay: 'a fixed answer after a known delay, nothing is computed',
};

/** The first line of every output: what was compared and what was not. */
export const statementOf = (plan: Pick<Plan, 'paths' | 'model' | 'options'>): string => {
  const count = new Set(plan.paths.map(({ serving }) => serving)).size;
  const behind = `${WORDS[count] ?? count} protocol${count === 1 ? '' : 's'}`;
  const weights = plan.model.trained
    ? 'its weights are trained'
    : 'trained: false, so classes only show that every path computes the same';
  return (
    `Compared: one engine (${ENGINES[plan.options?.engine ?? 'onnx']}) behind ${behind} on this machine, ` +
    `not the platforms themselves; ${weights}.`
  );
};
