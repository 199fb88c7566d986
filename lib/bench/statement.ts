import type { Engine } from './plan/cell.ts';
import type { Plan, PlanPlace } from './plan/plan.ts';

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

const ENGINES: Readonly<Record<Engine, string>> = {
  onnx: 'ResNet-50 in ONNX Runtime',
  null: 'a fixed answer, nothing is computed',
  delay: 'a fixed answer after a known delay, nothing is computed',
};

const PLACES: Readonly<Record<PlanPlace['where'], string>> = {
  local: 'on this machine',
  aws: 'on node pairs in AWS',
};

/** What is said of a plan; without a place it is the reference serving on this machine. */
type Stated = Pick<Plan, 'paths' | 'model' | 'options'> & Partial<PlanPlace>;

const counted = (count: number, noun: string): string =>
  `${WORDS[count] ?? count} ${noun}${count === 1 ? '' : 's'}`;

/** The engines `null` and `delay` are the reference serving's own, whatever the runtime of the plan. */
const comparedIn = ({ paths, options, where = 'local', runtime }: Stated): string => {
  const servings = new Set(paths.map(({ serving }) => serving)).size;
  const engine = options?.engine ?? 'onnx';
  return runtime === 'container' && engine === 'onnx'
    ? `Compared: ${counted(servings, 'platform')} in ${servings === 1 ? 'its container' : 'their containers'}, with ` +
        `${servings === 1 ? 'its artefact' : 'artefacts'} of one set of weights, ${PLACES[where]}`
    : `Compared: one engine (${ENGINES[engine]}) behind ${counted(servings, 'protocol')} ${PLACES[where]}, ` +
        'not the platforms themselves';
};

/** The first line of every output: what was compared and what was not. */
export const statementOf = (plan: Stated): string => {
  const weights = plan.model.trained
    ? 'the weights are trained'
    : 'trained: false, so classes only show that every path computes the same';
  return `${comparedIn(plan)}; ${weights}.`;
};
