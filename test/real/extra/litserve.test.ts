import { describeServing } from '../../conformance/describe-serving.ts';
import { litserve } from '../../serving-configs/platforms/litserve/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('litserve', realTarget, litserve);
