import type { AskedModel, PlannedModel } from '../../lib/bench/model/plan.ts';

/** ResNet-50 in a plan request. */
export const askedResnet50: AskedModel = {
  kind: 'built',
  name: 'resnet-50',
  title: 'ResNet-50',
  inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, 3, -1, -1] }],
  outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, 1000] }],
  otherFormats: {},
  checks: { logits: { check: 'classes' } },
};

/** ResNet-50 in a plan, with random weights. */
export const plannedResnet50: PlannedModel = {
  ...askedResnet50,
  title: 'ResNet-50 with random weights',
  file: 'resnet50-untrained.onnx',
  sha256: 'ab'.repeat(32),
  weights: 'random',
  correctFrom: 'the model',
};
