import path from 'node:path';
import { readBuildOptions } from '../../../../serving-configs/models/build/options.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';

describe('the options of the command that makes models', () => {
  it('mean the random weights and everything where nothing is said', () => {
    expect(readBuildOptions([])).toMatchObject({
      weights: 'random',
      only: [],
      output: undefined,
      programs: {},
      cacheFolder: path.resolve(import.meta.dirname, '../../../../.cache'),
    });
  });

  it('name parts, folders and programs', () => {
    expect(
      readBuildOptions([
        '--weights',
        'lite0',
        '--only',
        'onnx,servings/a',
        '--torch-python',
        'py',
        '--trtexec',
        'trt',
      ]),
    ).toMatchObject({
      weights: 'lite0',
      only: ['onnx', 'servings/a'],
      programs: { torchscript: 'py', tensorrt: 'trt' },
    });
  });

  it.each(['random', 'published', 'lite0', 'a/resnet50.pth', 'a/other.onnx'])(
    'take %s for weights',
    (weights) => {
      expect(readBuildOptions(['--weights', weights])).toMatchObject({ weights });
    },
  );

  it.each([[['--weights', 'big'], '"big" does not fit']])('%j are refused', (args, message) => {
    expect(() => readBuildOptions(args)).toThrow(UsageError);
    expect(() => readBuildOptions(args)).toThrow(message);
  });
});
