import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { defaultCache } from '../../serving-configs/installation.ts';
import { newFolder } from './temporary-folder.ts';

/**
 * Environment variables of a machine on which nothing was set up and no program is found, so that a test does not depend on what this
 * one has. Only our model is shared, which takes seconds to build.
 */
export const bareMachine = (cache = newFolder()) => {
  const models = path.join(defaultCache(), 'models');
  mkdirSync(models, { recursive: true });
  symlinkSync(models, path.join(cache, 'models'));
  return { SERVING_COMPARE_CACHE: cache, PATH: newFolder(), HOME: newFolder() } as const;
};
