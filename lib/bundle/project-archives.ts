import path from 'node:path';
import { bundleHash, modelsHash } from './bundle.ts';

/** The archives of this project: what they are made of is known now, they are made when they are published. */
export const projectArchives = (root: string, models: string | undefined) => {
  const packer = ['node', path.join(root, 'bin/bundle.js')];
  return {
    bundle: { sourceHash: bundleHash(root), command: [...packer, 'bundle'] },
    models:
      models === undefined
        ? undefined
        : { sourceHash: modelsHash(models), command: [...packer, 'models', models] },
  };
};
