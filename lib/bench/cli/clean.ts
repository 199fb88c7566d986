import path from 'node:path';
import { defaultCache } from '../../../serving-configs/installation.ts';
import { command } from './command.ts';

/** What this tool makes in its cache. Anything else there is not ours. */
const FOLDERS = ['archives', 'docker', 'heads', 'models', 'onnxruntime-node', 'programs', 'venv'];

/** Deletes the cache. */
export const clean = command({
  description:
    'Deletes the installed servers, built models and other files that are made again when they are needed. They are in the folder SERVING_COMPARE_CACHE; without it, in .cache of a clone, or for an installed package in serving-compare in the folder of your platform for caches, such as ~/.cache. Results and images of Docker stay.',
  options: {},
  examples: ['npx serving-compare clean'],
  run: async (_values, { console }) => {
    const { existsSync } = await import('node:fs');
    const { rm } = await import('node:fs/promises');
    const cache = defaultCache();
    const found = FOLDERS.map((name) => path.join(cache, name)).filter((name) => existsSync(name));
    for (const folder of found) {
      await rm(folder, { recursive: true });
      console.out(`deleted ${folder}\n`);
    }
    if (found.length === 0) console.out(`nothing of this tool is in ${cache}\n`);
    return 0;
  },
});
