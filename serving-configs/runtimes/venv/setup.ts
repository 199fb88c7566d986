/**
 * Installs the packages of servings: `node serving-configs/runtimes/venv/setup.ts`. It keeps environments that are installed
 * already.
 */
import { servingNames, type ServingName } from '../../index.ts';
import { fail } from '../../options/program.ts';
import { UsageError } from '../../options/usage-error.ts';
import { environmentAt } from './environments.ts';
import { findPython } from './find-python.ts';
import { install, type Tools } from './install.ts';
import { factsOf, isPossible } from './venv-facts.ts';
import { missingTools, reasonAgainstMachine } from './machine-tools.ts';
import { readSetupOptions } from './options.ts';
import { readRequirements } from './requirements.ts';
import { installUv } from './uv.ts';

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const environmentOf = (serving: ServingName): string | undefined => {
  const facts = factsOf(serving);
  return isPossible(facts) ? facts.environment : undefined;
};

const run = async (): Promise<void> => {
  const options = readSetupOptions(process.argv.slice(2));
  const reason = reasonAgainstMachine();
  if (reason !== undefined) throw new UsageError(reason, 'use the simulated server or containers');

  const environments = new Set<string>();
  const leftOut = new Set<string>();
  for (const serving of options.servings ?? servingNames) {
    const facts = factsOf(serving);
    if (isPossible(facts) && options.without.includes(facts.environment)) {
      leftOut.add(facts.environment);
    } else if (isPossible(facts)) {
      environments.add(facts.environment);
      for (const { tool, remedy } of await missingTools(facts.needs ?? [])) {
        log(`${serving}: also needs ${tool}: ${remedy}`);
      }
    } else if (options.servings !== undefined) {
      log(`${serving}: cannot run from packages: ${facts.impossible}`);
    }
  }
  const unknown = options.without.filter((name) => !leftOut.has(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `unknown environment in --without: ${unknown.join(', ')}`,
      `leave it out; there are ${[...environments, ...leftOut].join(', ')}`,
    );
  }
  let tools: Promise<Tools> | undefined;
  const findTools = (): Promise<Tools> =>
    (tools ??= findPython().then(async (base) => ({
      base,
      uv: await installUv(options.cacheFolder, base),
    })));
  for (const name of environments) {
    const requirements = await readRequirements(name);
    const users = servingNames.filter((serving) => environmentOf(serving) === name);
    await install(environmentAt(options.cacheFolder, name), requirements, users, findTools, log);
  }
};

run().catch(fail);
