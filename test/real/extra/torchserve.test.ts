import { describeServing } from '../../conformance/describe-serving.ts';
import { torchserve } from '../../serving-configs/platforms/torchserve/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('torchserve', realTarget, torchserve);
