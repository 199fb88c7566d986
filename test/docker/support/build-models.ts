import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SERVINGS_FOLDER } from '../../../serving-configs/models/build/parts.ts';
import type { StandInName } from '../stand-ins/build-stand-ins.ts';
import type { DockerEnvironment } from './docker-environment.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SCRIPTS = join(ROOT, 'serving-configs');

/** The image whose programs run a script. TensorRT has none here. */
const IMAGES: readonly (readonly [script: string, image: StandInName])[] = [
  ['torchscript.py', 'pytorch/torchserve:0.12.0-cpu'],
  ['archive.py', 'pytorch/torchserve:0.12.0-cpu'],
  ['savedmodel.py', 'tensorflow/serving:2.19.1'],
];

/** What `npm run models` prints to standard error; it ends well where parts are missing. */
const runModels = async (output: string): Promise<string> => {
  const args = ['--import', 'tsx', join(SCRIPTS, 'models/build.ts'), '--weights', 'lite0'];
  const { stderr } = await promisify(execFile)(process.execPath, [...args, '--output', output], {
    cwd: ROOT,
    maxBuffer: 1 << 26,
  });
  return stderr;
};

const bind = (folder: string, ...options: readonly string[]): readonly string[] => [
  '--mount',
  [`type=bind,source=${folder},target=${folder}`, ...options].join(','),
];

/**
 * Makes the models of EfficientNet-Lite0, as a user does: what this machine has no program for is made by the printed commands, in the
 * containers that have it.
 * @param output - Absolute; the containers see it at the same place.
 * @returns the folder that a deployment names as its "models".
 */
export const buildModels = async (
  { docker, image }: DockerEnvironment,
  output: string,
): Promise<string> => {
  const commands = (await runModels(output)).split('\n').filter((line) => line.startsWith('  '));
  for (const command of commands) {
    const [, name] = IMAGES.find(([script]) => command.includes(`/${script} `)) ?? [];
    if (name === undefined) continue;
    await docker(
      'run',
      '--rm',
      '--network=none',
      '--user=0',
      `--workdir=${output}`,
      ...bind(output),
      ...bind(SCRIPTS, 'readonly'),
      '--entrypoint=sh',
      image(name),
      '-c',
      command.trim(),
    );
  }
  await runModels(output);
  return join(output, SERVINGS_FOLDER);
};
