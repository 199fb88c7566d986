import { rm } from 'node:fs/promises';
import {
  hashOfRequirements,
  readInstalled,
  withLock,
  writeInstalled,
  type Environment,
  type InstallRecord,
} from './environments.ts';
import type { BasePython } from './find-python.ts';
import type { Requirements } from './requirements.ts';
import { runPython, type Uv } from './uv.ts';

/** Prints the folder with the packages. */
const PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))";

/** What makes environments. */
export interface Tools {
  readonly base: BasePython;
  readonly uv: Uv;
}

/**
 * Makes an environment again, whatever lies in its folder. The packages are exactly those of the requirements, each file
 * checked against its hash; their dependencies are in the list too.
 */
const build = async (
  { folder, python }: Environment,
  requirements: Requirements,
  { base, uv }: Tools,
): Promise<InstallRecord> => {
  const startedAt = performance.now();
  await rm(folder, { recursive: true, force: true });
  await runPython(base.program, ['-m', 'venv', '--without-pip', folder]);
  await uv(python, ['--only-binary', ':all:', '--requirement', requirements.file]);
  if (requirements.sourceFile !== undefined) {
    // What builds them is among the packages that are there by now, so that nothing unchecked is fetched for it.
    const { sourceFile } = requirements;
    await uv(python, ['--no-binary', ':all:', '--no-build-isolation', '--requirement', sourceFile]);
  }
  const packages = (await runPython(python, ['-c', PACKAGES])).trim();
  return {
    sha256: hashOfRequirements(requirements),
    python: base.version,
    packages,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  };
};

/**
 * Makes sure that an environment is installed as its requirements say. An installation that was cut off, or is of other
 * requirements, is made again.
 * @param say - Told in a line each what goes on.
 * @throws UsageError where Python or uv fails.
 */
export const install = async (
  environment: Environment,
  requirements: Requirements,
  tools: () => Promise<Tools>,
  say: (line: string) => void,
): Promise<void> => {
  const { name, folder } = environment;
  await withLock(
    environment,
    async () => {
      const there = await readInstalled(environment, requirements);
      if (there !== undefined) {
        say(`${name}: is installed`);
        return;
      }
      const { base, uv } = await tools();
      say(
        `${name}: installs ${requirements.versions.size} packages with Python ${base.version} into ${folder}`,
      );
      const record = await build(environment, requirements, { base, uv });
      await writeInstalled(environment, record);
      say(`${name}: installed in ${record.seconds} s`);
    },
    () => say(`${name}: waits until another process has installed it`),
  );
};
