import { servingNames } from '../../serving-configs/index.ts';
import { describeServing } from '../conformance/describe-serving.ts';
import { traitsOf } from '../conformance/traits.ts';
import { realTarget } from './real-target.ts';

for (const serving of servingNames) {
  const traits = traitsOf(serving);
  if (traits.real !== undefined) describeServing(serving, realTarget, traits);
}
