import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { manifestOf, RESNET50 } from '../../serving-configs/index.ts';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { chooseModel } from '../../serving-configs/reference/onnx/choose-model.ts';
import { SINGLE } from '../../serving-configs/settings.ts';
import { servedModel } from '../../serving-configs/runtimes/served-model.ts';

const root = path.resolve(import.meta.dirname, '../..');
const PYTHON = path.join(root, '.cache/venv/python/bin/python');
const SCRIPT = path.join(import.meta.dirname, 'support/count_at_once.py');

describe('The engine of the platforms from packages', () => {
  it('computes one image at a time, even if a platform calls it from several threads', async () => {
    const { model } = manifestOf('flask', RESNET50);
    const { file } = await chooseModel(undefined, path.join(root, '.cache'));
    const served = { file, engine: 'onnx', settings: SINGLE } as const;
    const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT], {
      env: {
        ...process.env,
        PYTHONPATH: path.join(root, 'serving-configs/runtimes/venv/python'),
        SERVED_MODEL: servedModel(model, CLASSIFIER, served),
      },
    });

    expect(stdout.trim()).toBe('1');
  });
});
