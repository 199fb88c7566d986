import { servingNames } from '../../serving-configs/index.ts';
import { describeServing } from './describe-serving.ts';
import { referenceTarget } from './reference-target.ts';
import { traitsOf } from './traits-of.ts';

for (const serving of servingNames) describeServing(serving, referenceTarget, traitsOf(serving));
