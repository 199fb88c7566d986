import { describeServing } from '../../conformance/describe-serving.ts';
import { tritonOnnx } from '../../serving-configs/platforms/triton/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('triton_onnx', realTarget, tritonOnnx);
