import { describeNamedTensors } from './support/named-tensors.ts';

// These need the large environment of workers.
for (const serving of ['litserve', 'ray_serve'] as const) {
  describeNamedTensors(serving, 'mixed');
  describeNamedTensors(serving, 'detector');
}

// As in named-tensors.test.ts, which has those that limit the size of messages.
for (const serving of [
  'triton_onnx',
  'bentoml',
  'fastapi',
  'flask',
  'cortex',
  'mms',
  'mosec',
  'tfserving',
] as const) {
  describeNamedTensors(serving, 'detector');
}
