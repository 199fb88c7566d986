import { counted } from '../../wording/counted.ts';
import type { Environment } from '../../model/environment.ts';
import type { Scenario } from '../../model/measurement.ts';
import { FAMILY_ERROR } from '../../stats/decide.ts';
import type { JudgedFigure } from './judged-figure.ts';
import type { Served } from './pair-words.ts';
import { addedErrorText, allLoadsText } from './run-error.ts';

const machineText = ({ machine, aws }: Environment): string => {
  if (aws === undefined) {
    const cores = counted(machine.cores, 'core');
    return `on ${cores} of ${machine.cpuModel}, which load, middleware and serving shared`;
  }
  const types = aws.pairs.map(
    ({ serving, middleware }) => `${serving.instanceType} behind ${middleware.instanceType}`,
  );
  return `on ${[...new Set(types)].join(' and ')}`;
};

const servedText = ({ runtime, served }: Served): string => {
  if (runtime === 'simulated') {
    return ' One simulated server answered behind every protocol: this is what the protocols cost, and says nothing of the platforms themselves.';
  }
  const hasStandIns = Object.values(served ?? {}).some(({ real }) => !real);
  return hasStandIns ? ' A stand-in is not the platform itself.' : '';
};

/** What the basis of a family must know of its verdicts and of those of the run. */
export interface Claims {
  /** Those of the family that were measured and are not withheld. */
  readonly comparisons: number;
  /** How many of them have another word than undecided. */
  readonly decided: number;
  /** The scenario of each family of the run with a verdict that was measured and is not withheld, this one included. */
  readonly scenarios: readonly Scenario[];
  readonly figure: JudgedFigure;
}

/** What is judged where that is not the rate, and what is not. */
const figureText = ({ comparisons, figure }: Claims): string =>
  figure === 'request rate' || comparisons === 0
    ? ''
    : 'Judged are medians of the response time, one of each repeat, from the planned send time: the rate is that of the load, and for p99 a single repeat has too few answers. ';

/**
 * What the words of a family are worth, and what is left of that over the run, so that nobody takes the one for the other; an
 * undecided pair claims nothing that could be wrong.
 */
const errorText = ({ comparisons, decided, scenarios }: Claims): string => {
  if (comparisons === 0) return '';
  if (decided === 0) {
    return `Nothing could be decided at an error of ${FAMILY_ERROR * 100} %: more repeats may tell, in a new run. `;
  }
  const words =
    comparisons === 1
      ? 'The chance that this word is wrong'
      : `The chance that any “faster”, “slower” or “equivalent” among these ${comparisons} verdicts is wrong`;
  const families = scenarios.length;
  const ofRun =
    families < 2 ? '' : `; over ${allLoadsText(scenarios)} it is ${addedErrorText(families)}`;
  return `${words} is at most ${FAMILY_ERROR * 100} %${ofRun}. `;
};

/** What the sentences of a family rest on. */
export const basisText = (claims: Claims, environment: Environment, served: Served): string =>
  `${errorText(claims)}${figureText(claims)}Measured ${machineText(environment)}.${servedText(served)}`;
