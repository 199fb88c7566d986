import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { mlserver } from './traits.ts';

describeServing('mlserver', referenceTarget, mlserver);
