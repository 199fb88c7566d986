import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { rayServe } from './traits.ts';

describeServing('ray_serve', referenceTarget, rayServe);
