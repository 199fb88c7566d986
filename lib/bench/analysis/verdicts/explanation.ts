import type { Environment } from '../../model/environment.ts';
import type { Target } from '../../model/measurement.ts';
import type { Plan } from '../../model/plan.ts';
import { FAMILY_ERROR } from '../../stats/judgement.ts';
import { counted } from '../../wording/format-number.ts';
import { wireWords } from '../../wording/labels.ts';
import type { JudgedFigure } from './pairing.ts';

/** Where the compared targets ran and what served them. */
export interface ExplanationContext {
  readonly plan: Pick<Plan, 'runtime' | 'served'>;
  readonly environment: Environment;
}

const FIGURE_TEXTS: Readonly<Record<JudgedFigure, string>> = {
  'request rate': '',
  'median response time':
    'In an open loop the rate is fixed, so verdicts compare the median response time of each repeat, counted from the planned send time; a single repeat has too few answers for a p99. ',
};

const errorText = (decided: number, unit: 'runs' | 'levels'): string => {
  if (decided === 0) return '';
  const among = decided === 1 ? '' : ` among these ${decided}`;
  return `At most ${FAMILY_ERROR * 100} % of ${unit} contain a wrong verdict${among}. `;
};

/** Protocol, payload and encoding if all targets have the same. */
const sharedText = (targets: readonly Target[]): string => {
  const wordsOfTargets = targets.map(wireWords);
  const [first = []] = wordsOfTargets;
  const shared = first.filter((word, index) =>
    wordsOfTargets.every((words) => words[index] === word),
  );
  return shared.length === 0 ? '' : `Same for all: ${shared.join(', ')}. `;
};

/** Does not name the machine of a server that was already running: it may be another one. */
const machineText = ({ environment: { machine, aws }, plan }: ExplanationContext): string => {
  if (aws === undefined) {
    const parts =
      plan.runtime === 'running'
        ? 'load generator and middleware'
        : 'load generator, middleware and serving';
    return `on ${counted(machine.cores, 'core')} of ${machine.cpuModel}, shared by ${parts}`;
  }
  const types = aws.pairs.map(
    ({ serving, middleware }) => `${serving.instanceType} behind ${middleware.instanceType}`,
  );
  return `on ${[...new Set(types)].join(' and ')}`;
};

const servedText = ({ plan: { runtime, served = {} } }: ExplanationContext): string => {
  if (runtime === 'simulated') {
    return ' One simulated server answered for all: the verdicts compare the APIs, not the real servers.';
  }
  const hasStandIns = Object.values(served).some(({ real }) => !real);
  return hasStandIns ? ' A stand-in is not the real server.' : '';
};

/**
 * What a reader must know about verdicts that are made together, in sentences: their error rate, the figure, and what was measured where.
 *
 * @param decided number of verdicts that are not withheld
 * @param unit of the error rate: the verdicts cover a run, or one level
 */
export const explanationText = (
  figure: JudgedFigure,
  decided: number,
  unit: 'runs' | 'levels',
  targets: readonly Target[],
  context: ExplanationContext,
): string =>
  [
    errorText(decided, unit),
    decided === 0 ? '' : FIGURE_TEXTS[figure],
    sharedText(targets),
    `Measured ${machineText(context)}.`,
    servedText(context),
  ].join('');
