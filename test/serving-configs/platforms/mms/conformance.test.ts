import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { mms } from './traits.ts';

describeServing('mms', referenceTarget, mms);
