import { rm } from 'node:fs/promises';
import { servingNames, type ServingName } from '../../index.ts';
import { defaultCache } from '../../installation.ts';
import { UsageError } from '../../options/usage-error.ts';
import {
  environmentAt,
  readInstalled,
  withLock,
  writeInstalled,
  type PythonEnvironment,
} from './environments.ts';
import { findPython, type BasePython } from './find-python.ts';
import { missingTools, reasonAgainstMachine } from './machine-tools.ts';
import { readRequirements, type Requirements } from './requirements.ts';
import { installUv, runPython, type Uv } from './uv.ts';
import { factsOf, isPossible } from './venv-facts.ts';

/** Python code that prints the folder with the packages. */
const PRINT_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))";

/** The programs that create environments. */
export interface Tools {
  readonly base: BasePython;
  readonly uv: Uv;
}

/** The lines of uv that show how far it is: it names large files and its steps, one after the other. */
const STEP = /^ *(?:Downloading|Building|Prepared|Installed|Bytecode) .*/;

/**
 * Creates an environment, replacing its folder. It gets exactly the packages in the requirements, which include all
 * dependencies; each file is checked against its hash.
 */
const build = async (
  environment: PythonEnvironment,
  requirements: Requirements,
  { base, uv }: Tools,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> => {
  const logStep = (line: string): void => {
    if (STEP.test(line)) log(line.trim());
  };
  const { folder, python } = environment;
  await rm(folder, { recursive: true, force: true });
  await runPython(base.program, ['-m', 'venv', '--without-pip', folder], signal);
  await uv(python, ['--only-binary', ':all:', '--requirement', requirements.file], logStep);
  if (requirements.sourceFile !== undefined) {
    // Their build tools are among the packages installed by now, so nothing is downloaded without a check.
    const { sourceFile } = requirements;
    const flags = ['--no-binary', ':all:', '--no-build-isolation'];
    await uv(python, [...flags, '--requirement', sourceFile], logStep);
  }
  const packages = (await runPython(python, ['-c', PRINT_PACKAGES], signal)).trim();
  await writeInstalled(environment, requirements, packages);
};

/**
 * Installs an environment unless it is complete and has the same requirements already.
 * @param users - Who needs the packages, for the log.
 * @param log - Prints a line of progress.
 * @throws UsageError if Python or uv fails; the reason of the signal if that was aborted.
 */
export const install = async (
  environment: PythonEnvironment,
  requirements: Requirements,
  users: readonly string[],
  tools: () => Promise<Tools>,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> => {
  const { name, folder } = environment;
  await withLock(
    environment,
    async () => {
      if ((await readInstalled(environment, requirements)) !== undefined) {
        log(`${name}: is installed`);
        return;
      }
      const { base, uv } = await tools();
      const whose = users.length === 1 ? `for ${users[0]}` : `that ${users.join(', ')} share`;
      log(
        `${name}: installing ${requirements.versions.size} packages ${whose}, with Python ${base.version} into ${folder}`,
      );
      const startedAt = performance.now();
      await build(
        environment,
        requirements,
        { base, uv },
        (line) => log(`${name}: ${line}`),
        signal,
      );
      log(`${name}: installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    },
    () => log(`${name}: waiting for another process that installs it`),
    signal,
  );
};

const environmentOf = (serving: ServingName): string | undefined => {
  const facts = factsOf(serving);
  return isPossible(facts) ? facts.environment : undefined;
};

/**
 * Installs the packages of those servings that can run from packages, and keeps environments that are installed already.
 * @param log - Prints a line of progress.
 * @throws UsageError if this machine cannot run any, or Python or uv fails; the reason of the signal if that was aborted.
 */
export const installServings = async (
  servings: readonly ServingName[],
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const reason = reasonAgainstMachine();
  if (reason !== undefined) throw new UsageError(reason, 'use the simulated server or containers');
  const environments = new Set<string>();
  for (const serving of servings) {
    const facts = factsOf(serving);
    if (!isPossible(facts)) continue;
    environments.add(facts.environment);
    for (const { tool, remedy } of await missingTools(facts.needs ?? [])) {
      log(`${serving}: also needs ${tool}: ${remedy}`);
    }
  }
  let tools: Promise<Tools> | undefined;
  const findTools = (): Promise<Tools> =>
    (tools ??= findPython().then(async (base) => ({
      base,
      uv: await installUv(defaultCache(), base, signal),
    })));
  for (const name of environments) {
    const requirements = await readRequirements(name);
    const users = servingNames.filter((serving) => environmentOf(serving) === name);
    const environment = environmentAt(defaultCache(), name);
    await install(environment, requirements, users, findTools, log, signal);
  }
};
