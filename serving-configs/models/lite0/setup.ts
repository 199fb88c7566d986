/**
 * Fetches the published weights of EfficientNet-Lite0 once and writes them as an ONNX file, whose path it prints:
 * `node serving-configs/models/lite0/setup.ts [--weights-file FILE.pth] [--python python3] [--cache DIR]`.
 */
import path from 'node:path';
import { fail, readProgram } from '../../options/program.ts';
import { weightsOptions } from '../weights-options.ts';
import { ensureLite0 } from './ensure-lite0.ts';

const command = {
  name: 'setup.ts',
  description:
    'Fetches the published weights of EfficientNet-Lite0 once and writes them as an ONNX file, whose path it prints.',
  options: weightsOptions,
} as const;

try {
  const {
    'weights-file': weightsFile,
    python,
    cache,
  } = readProgram(command, process.argv.slice(2));
  const { file } = await ensureLite0(path.resolve(cache), {
    python,
    ...(weightsFile === undefined ? {} : { weightsFile: path.resolve(weightsFile) }),
  });
  process.stdout.write(`${file}\n`);
} catch (error) {
  fail(error);
}
