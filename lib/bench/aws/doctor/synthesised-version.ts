import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pairStackName } from '../../../deployment/stack-names.ts';
import { pairOutputKeys } from '../../../deployment/stack-outputs.ts';
import { projectRoot } from '../../run/project-files.ts';

const execute = promisify(execFile);

const LIMIT_MS = 60_000;

/** How the CDK is told of a configuration file; a file that is not there is not named. */
export const contextOf = (configFile: string): readonly string[] =>
  existsSync(configFile) ? ['-c', `config=${configFile}`] : [];

interface Template {
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown } | undefined>>;
}

/**
 * What this checkout would set the nodes of a pair up with, from its synthesised template. Synthesised by the CDK in a
 * process of its own, since nothing here imports it. Undefined where that fails.
 */
export const synthesisedVersions = async (
  deployment: string,
  pairs: readonly number[],
  configFile: string,
): Promise<ReadonlyMap<number, string | undefined>> => {
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-synth-'));
  try {
    await execute(
      'npx',
      ['--no-install', 'cdk', 'synth', '--quiet', '--output', folder, ...contextOf(configFile)],
      {
        cwd: projectRoot,
        timeout: LIMIT_MS,
        // The checks of the templates take seconds and change nothing in them.
        env: { ...process.env, CDK_VALIDATION: 'false' },
      },
    );
    const versions = await Promise.all(
      pairs.map(async (pair) => {
        const file = join(folder, `${pairStackName(deployment, pair)}.template.json`);
        // A pair that the configuration has no longer has no template.
        const text = await readFile(file, 'utf8').catch(() => '{}');
        const value = (JSON.parse(text) as Template).Outputs?.[pairOutputKeys.bootstrapVersion]
          ?.Value;
        return [pair, typeof value === 'string' ? value : undefined] as const;
      }),
    );
    return new Map(versions);
  } catch {
    return new Map();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
