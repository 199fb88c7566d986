import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { bentoml } from './traits.ts';

describeServing('bentoml', referenceTarget, bentoml);
