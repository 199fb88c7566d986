import { describeServing } from '../../conformance/describe-serving.ts';
import { tritonTensorflow } from '../../serving-configs/platforms/triton/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('triton_tensorflow', realTarget, tritonTensorflow);
