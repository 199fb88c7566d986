import { describePublishedModels } from '../real/support/describe-published-models.ts';

describe("A user's model in containers, through the command line", () => {
  describePublishedModels(
    '--runtime docker',
    [
      'triton_onnx grpc',
      'triton_onnx rest',
      'kserve grpc',
      'kserve rest',
      'bentoml rest',
      'flask rest',
    ],
    ['triton_onnx rest', 'kserve rest', 'bentoml rest', 'flask rest'],
  );
});
