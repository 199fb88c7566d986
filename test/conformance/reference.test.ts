import { servingNames, type ServingName } from '../../serving-configs/index.ts';
import { describeProtocol, describeServing } from './describe-serving.ts';
import { referenceTarget } from './reference-target.ts';
import { traitsOf } from './traits.ts';

const isLimited = (serving: ServingName): boolean => typeof traitsOf(serving).overload === 'object';

/**
 * The simulated server is the same program for all servings, so its process is tested only with one that refuses excess requests and one
 * that lets them wait.
 */
const testedInFull = [true, false].map((limited) =>
  servingNames.find((serving) => isLimited(serving) === limited),
);

for (const serving of servingNames) {
  const describeIt = testedInFull.includes(serving) ? describeServing : describeProtocol;
  describeIt(serving, referenceTarget, traitsOf(serving));
}
