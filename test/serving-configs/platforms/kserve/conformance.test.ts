import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { kserve } from './traits.ts';

describeServing('kserve', referenceTarget, kserve);
