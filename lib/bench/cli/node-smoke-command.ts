import { writeFile } from 'node:fs/promises';
import type { Options } from '../../../serving-configs/options/command.ts';
import { nodePaths } from '../../deployment/node-paths.ts';
import { BenchError } from '../model/errors.ts';
import { smokeTest } from '../node/smoke-test.ts';
import type { Command } from './command.ts';

/** The last step of a serving node's bootstrap. Called by it, not by people. */
export const nodeSmokeCommand: Command<Options> = async (_, { console, signal }) => {
  const { SC_ADDRESS = '', SC_SERVINGS = '' } = process.env;
  const unavailable = await smokeTest(SC_ADDRESS, (line) => console.out(`${line}\n`), signal);
  if (unavailable.length === SC_SERVINGS.split(',').length) {
    throw new BenchError('BENCH_NOT_RUNNABLE', 'no serving of this node is available', {
      hint: 'see the lines above',
    });
  }
  await writeFile(nodePaths.unavailable, unavailable.join(','));
  return 0;
};
