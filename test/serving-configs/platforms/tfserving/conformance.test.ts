import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { tfserving } from './traits.ts';

describeServing('tfserving', referenceTarget, tfserving);
