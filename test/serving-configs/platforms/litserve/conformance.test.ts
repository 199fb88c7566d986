import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { litserve } from './traits.ts';

describeServing('litserve', referenceTarget, litserve);
