import { describeServing } from '../../conformance/describe-serving.ts';
import { cortex } from '../../serving-configs/platforms/cortex/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('cortex', realTarget, cortex);
