import { servingNames, type ServingName } from '../../serving-configs/index.ts';
import { describeProtocol, describeServing } from './describe-serving.ts';
import { referenceTarget } from './reference-target.ts';
import { traitsOf } from './traits.ts';

const isLimited = (serving: ServingName): boolean => typeof traitsOf(serving).overload === 'object';

/** One program stands for all: what its process does shows on one that refuses what is too much, and on one that lets it wait. */
const inFull = [true, false].map((limited) =>
  servingNames.find((serving) => isLimited(serving) === limited),
);

for (const serving of servingNames) {
  const describeIt = inFull.includes(serving) ? describeServing : describeProtocol;
  describeIt(serving, referenceTarget, traitsOf(serving));
}
