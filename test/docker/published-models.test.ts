import { describeFileTypes } from '../real/support/describe-published-models.ts';

describe("A user's model in containers, through the command line", () => {
  // One whose image is pulled, and one whose image is built.
  describeFileTypes('--runtime docker', ['triton_onnx grpc', 'triton_onnx rest', 'flask rest']);
});
