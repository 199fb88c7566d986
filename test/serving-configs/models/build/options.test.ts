import path from 'node:path';
import { HELP, readBuildOptions } from '../../../../serving-configs/models/build/options.ts';
import { TOOL_NAMES, TOOLS } from '../../../../serving-configs/models/build/tools.ts';
import { ModelProblem } from '../../../../serving-configs/models/model-problem.ts';

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

  it.each([
    [['--weights', 'big'], 'no weights "big"'],
    [['--weights', 'seeded'], 'no weights "seeded"'],
    [['--weights-file', 'a.pth'], '--weights-file goes with --weights lite0'],
    [['--weight', 'random'], "Unknown option '--weight'"],
  ])('%j are refused', (args, message) => {
    expect(() => readBuildOptions(args)).toThrow(ModelProblem);
    expect(() => readBuildOptions(args)).toThrow(message);
  });

  it('are all in the help', () => {
    const options = ['weights', 'only', 'list', 'output', 'cache', 'python', 'weights-file'];
    for (const option of [...options, ...TOOL_NAMES.map((tool) => TOOLS[tool].option)]) {
      expect(HELP).toContain(`--${option} `);
    }
  });
});
