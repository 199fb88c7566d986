/** Stands for `serving-configs/runtimes/venv/list.ts`: what is installed is a file a serving. */
import { servingNames } from '../../../serving-configs/index.ts';
import { installedVersion } from './state.ts';

const IMPOSSIBLE = 'triton_tensorflow';
const PEER = 'tfserving';

const servings = servingNames.map((serving) => {
  if (serving === IMPOSSIBLE) {
    return { serving, state: 'impossible', reason: 'no package contains its backend' };
  }
  const version = installedVersion(serving);
  return {
    serving,
    state: version === undefined ? 'not-installed' : 'installed',
    ...(version === undefined ? { reason: 'its packages are not installed' } : {}),
    platform: `Stand-in ${version ?? '1.0'}`,
    engine: 'ONNX Runtime 9.9.9, 1 thread, 1 at a time',
    real: serving !== PEER,
    ...(serving === PEER ? { note: 'there is no package of it' } : {}),
  };
});

process.stdout.write(`${JSON.stringify({ servings })}\n`);
