import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { flask } from './traits.ts';

describeServing('flask', referenceTarget, flask);
