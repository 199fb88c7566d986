import { describeServing } from '../../conformance/describe-serving.ts';
import { kserve } from '../../serving-configs/platforms/kserve/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('kserve', realTarget, kserve);
