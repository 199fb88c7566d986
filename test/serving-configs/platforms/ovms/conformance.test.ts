import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { ovms } from './traits.ts';

describeServing('ovms', referenceTarget, ovms);
