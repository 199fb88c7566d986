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

/** What the sentences of a family rest on. */
export const basisText = (
  comparisons: number,
  environment: Environment,
  served: Served,
): string => {
  const words =
    comparisons === 1
      ? 'that this verdict is wrong'
      : `that any of these ${comparisons} verdicts is wrong`;
  const error = `The chance ${words} is at most ${FAMILY_ERROR * 100} %.`;
  return `${comparisons === 0 ? '' : `${error} `}Measured ${machineText(environment)}.${servedText(served)}`;
};
