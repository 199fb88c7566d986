import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const CACHED = join(import.meta.dirname, '../../../.cache/k6/bin/k6');

/**
 * The k6 that a run would use, or the one that `.ci/install-k6` put into the cache.
 *
 * @throws Error if there is none
 */
export const installedK6 = (): string => {
  const named = process.env['SERVING_COMPARE_K6'];
  const command = named ?? (existsSync(CACHED) ? CACHED : 'k6');
  try {
    execFileSync(command, ['version'], { stdio: 'pipe' });
    return command;
  } catch (error) {
    throw new Error(
      `These tests need the real k6, but ${command} cannot be run. Install it with: bash .ci/install-k6`,
      { cause: error },
    );
  }
};
