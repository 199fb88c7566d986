import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { GivenModelFile } from '../../serving-configs/models/model.ts';
import { startReference, type StartedServing } from '../conformance/started-serving.ts';
import { twoByTwoModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { tensor, writeTensorModel } from '../support/user-model.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
/** The file that `npm run pack` writes. */
export const PACKAGE_FILE = path.join(ROOT, 'serving-compare-0.2.0.tgz');
export const call = promisify(execFile);

/** As in the terminal of a user: outside npm, and with caches of its own. */
export const environment = (cache: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  SERVING_COMPARE_CACHE: undefined,
  XDG_CACHE_HOME: cache,
});

/** Writes the package, and returns the hash of its file. */
export const pack = async (): Promise<string> => {
  await call('sh', ['-c', 'npm run pack'], { cwd: ROOT, maxBuffer: 1e8 });
  return createHash('sha256').update(readFileSync(PACKAGE_FILE)).digest('hex');
};

/** Writes model.yaml and what it needs into a folder, and starts two servers of the model. */
export const startTwoServers = async (
  folder: string,
): Promise<readonly [StartedServing, StartedServing]> => {
  const request = [
    tensor('ids', 'INT64', [1, 3], [1, 2, 3]),
    tensor('weights', 'FP32', [1, 3], [0.5, 1.5, 2.5]),
  ];
  const written = await writeTensorModel(newFolder(), twoByTwoModel(), [request]);
  const given = path.join(folder, 'given.json');
  writeFileSync(given, JSON.stringify({ ...written.model, name: 'net' } satisfies GivenModelFile));
  const onnx = path.join(path.dirname(written.file), 'model.onnx');
  const model = { name: 'net', onnx, sizes: { ids: [1, 3], weights: [1, 3] } };
  writeFileSync(path.join(folder, 'model.yaml'), stringify({ model }));
  const start = (name: 'triton_onnx' | 'flask') =>
    startReference(name, '--engine', 'onnx', '--model', given);
  return Promise.all([start('triton_onnx'), start('flask')]);
};
