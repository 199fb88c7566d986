import { describeServing } from '../../conformance/describe-serving.ts';
import { rayServe } from '../../serving-configs/platforms/ray-serve/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('ray_serve', realTarget, rayServe);
