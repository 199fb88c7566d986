import { expectedModel, plannedModel } from '../../../../lib/bench/plan/planned-model.ts';
import { askedResnet50 } from '../../../support/planned-models.ts';

const titleOf = (weights: 'trained' | 'random' | 'given', title?: string) =>
  plannedModel(askedResnet50, { file: '/home/me/own.onnx', sha256: 'ab', weights }, title).title;

describe('The title of a planned model', () => {
  it('is that of its weights, if they have one', () => {
    expect(titleOf('trained', 'Small-Net, weights of x')).toBe('Small-Net, weights of x');
    expect(titleOf('random', 'ResNet-50 of seed 7')).toBe('ResNet-50 of seed 7');
  });

  it('is the name of the file with trained weights, and says if they are random', () => {
    expect(titleOf('trained')).toBe('own.onnx');
    expect(titleOf('random')).toBe('ResNet-50 with random weights');
  });

  it('is its own if the weights are unknown', () => {
    expect(titleOf('given', 'Small-Net')).toBe('ResNet-50');
  });
});

describe('The model of a plan before its file exists', () => {
  it.each([
    ['random', {}, 'onnx'],
    ['trained', { modelFiles: { onnx: '/home/me/own.onnx' } }, 'onnx'],
    ['random', { modelFiles: { onnx: '/home/me/own.onnx', trained: false } }, 'onnx'],
    ['random', { modelFiles: { onnx: '/home/me/own.onnx' } }, 'noop'],
  ] as const)('has weights that are %s with %j and the engine %s', (weights, settings, engine) => {
    expect(expectedModel(askedResnet50, settings, engine)).toMatchObject({ weights });
  });

  it("has weights that the user has given, if it is the user's", () => {
    expect(expectedModel({ ...askedResnet50, kind: 'given' }, {}, 'onnx')).toMatchObject({
      weights: 'given',
    });
  });
});
