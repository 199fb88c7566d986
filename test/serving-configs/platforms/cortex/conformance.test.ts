import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { cortex } from './traits.ts';

describeServing('cortex', referenceTarget, cortex);
