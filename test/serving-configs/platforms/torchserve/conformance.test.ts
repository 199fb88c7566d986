import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { torchserve } from './traits.ts';

describeServing('torchserve', referenceTarget, torchserve);
