import { describeServing } from '../../conformance/describe-serving.ts';
import { bentoml } from '../../serving-configs/platforms/bentoml/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('bentoml', realTarget, bentoml);
