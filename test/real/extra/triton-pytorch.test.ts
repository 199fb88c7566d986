import { describeServing } from '../../conformance/describe-serving.ts';
import { tritonPytorch } from '../../serving-configs/platforms/triton/traits.ts';
import { realTarget } from '../real-target.ts';

describeServing('triton_pytorch', realTarget, tritonPytorch);
