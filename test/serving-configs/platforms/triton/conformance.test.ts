import { describeServing } from '../../../conformance/describe-serving.ts';
import { referenceTarget } from '../../../conformance/reference-target.ts';
import { tritonOnnx, tritonPytorch, tritonTensorflow, tritonTensorrt } from './traits.ts';

describeServing('triton_pytorch', referenceTarget, tritonPytorch);
describeServing('triton_tensorflow', referenceTarget, tritonTensorflow);
describeServing('triton_onnx', referenceTarget, tritonOnnx);
describeServing('triton_tensorrt', referenceTarget, tritonTensorrt);
