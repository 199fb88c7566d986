import type { Environment } from '../../results/environment.ts';
import { FAMILY_ERROR } from './decide.ts';
import type { Served } from './pair-words.ts';

const machineText = ({ machine, aws }: Environment): string => {
  if (aws === undefined) {
    const cores = machine.cores === 1 ? '1 core' : `${machine.cores} cores`;
    return `on ${cores} of ${machine.cpuModel}, which load, middleware and serving shared`;
  }
  const types = aws.pairs.map(
    ({ serving, middleware }) => `${serving.instanceType} behind ${middleware.instanceType}`,
  );
  return `on ${[...new Set(types)].join(' and ')}`;
};

const servedText = ({ runtime, served }: Served): string => {
  if (runtime === 'reference') {
    return ' One reference serving answered behind every protocol: this is what the protocols cost, and says nothing of the platforms themselves.';
  }
  const hasPeers = Object.values(served ?? {}).some(({ real }) => !real);
  return hasPeers ? ' A peer is a program of this project and not the platform itself.' : '';
};

/** What the words of a family are worth; an undecided pair claims nothing that could be wrong. */
const errorText = (comparisons: number, decided: number): string => {
  if (comparisons === 0) return '';
  if (decided === 0) {
    return `Nothing could be decided at an error of ${FAMILY_ERROR * 100} %: more repeats may tell, in a new run. `;
  }
  const words =
    comparisons === 1
      ? 'The chance that this word is wrong'
      : `The chance that any “faster”, “slower” or “equivalent” among these ${comparisons} verdicts is wrong`;
  return `${words} is at most ${FAMILY_ERROR * 100} %. `;
};

/** What the sentences of a family rest on; `decided` of its comparisons have another word than undecided. */
export const basisText = (
  { comparisons, decided }: { readonly comparisons: number; readonly decided: number },
  environment: Environment,
  served: Served,
): string =>
  `${errorText(comparisons, decided)}Measured ${machineText(environment)}.${servedText(served)}`;
