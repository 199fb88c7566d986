/**
 * Fetches the published weights of EfficientNet-Lite0 once and writes them as an ONNX file, whose path it prints:
 * `node --import tsx serving-configs/models/lite0/setup.ts [--weights-file FILE.pth] [--python python3] [--cache DIR]`.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_CACHE } from '../default-cache.ts';
import { failWith, ModelProblem } from '../model-problem.ts';
import { ensureLite0 } from './ensure-lite0.ts';

const parse = () => {
  try {
    return parseArgs({
      options: {
        'weights-file': { type: 'string' },
        python: { type: 'string', default: 'python3' },
        cache: { type: 'string', default: DEFAULT_CACHE },
      },
    }).values;
  } catch (error) {
    throw new ModelProblem(
      error instanceof Error ? error.message : String(error),
      'usage: setup.ts [--weights-file FILE.pth] [--python python3] [--cache DIR]',
      { cause: error },
    );
  }
};

try {
  const { 'weights-file': weightsFile, python, cache } = parse();
  const { file } = await ensureLite0(path.resolve(cache), {
    python,
    ...(weightsFile === undefined ? {} : { weightsFile: path.resolve(weightsFile) }),
  });
  process.stdout.write(`${file}\n`);
} catch (error) {
  failWith(error);
}
