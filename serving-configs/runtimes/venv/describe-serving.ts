import { servingNames, type ServingName } from '../../index.ts';
import type { NotInPackages, VenvFacts } from '../../manifest.ts';
import { defaultCache } from '../../models/built-folder.ts';
import { environmentAt, readInstalled } from './environments.ts';
import { missingTools, reasonAgainstMachine } from './machine-tools.ts';
import { readRequirements, versionOf, type Requirements } from './requirements.ts';
import type { VenvEngine } from '../served-model.ts';
import { factsOf, isPossible } from './venv-facts.ts';

const ENGINE_PACKAGE = 'onnxruntime';

/** What computes, in words. */
export const engineWords = (
  requirements: Requirements,
  engine: VenvEngine,
  threads: number,
): string =>
  engine === 'noop'
    ? 'nothing: it returns a fixed answer at once'
    : `ONNX Runtime ${versionOf(requirements, ENGINE_PACKAGE)}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, 1 at a time`;

/** The software that answers, with its version. */
export const platformWords = ({ software }: VenvFacts, requirements: Requirements): string =>
  `${software.name} ${software.version ?? versionOf(requirements, software.package)}`;

/** What keeps a serving from being started; `undefined` where nothing does. */
export const reasonNotInstalled = async (
  serving: ServingName,
  facts: Pick<VenvFacts, 'environment' | 'needs'>,
  requirements: Requirements,
  cacheFolder: string,
): Promise<string | undefined> => {
  const [missing] = await missingTools(facts.needs ?? []);
  if (missing !== undefined) return `${missing.tool} is missing: ${missing.remedy}`;
  const environment = environmentAt(cacheFolder, facts.environment);
  if ((await readInstalled(environment, requirements)) !== undefined) return undefined;
  return `its packages are not installed: npx serving-compare setup --servings ${serving}`;
};

/** Why a platform cannot run from packages here, whatever is installed. */
export const reasonAgainst = (
  facts: VenvFacts | NotInPackages,
  ofUsers: boolean,
): string | undefined => {
  if (!isPossible(facts)) return facts.impossible;
  return (ofUsers ? facts.noUsersModel : undefined) ?? reasonAgainstMachine();
};

/**
 * Whether a serving can run from packages here, and what would answer.
 * @param ofUsers - Whether it is to serve a user's model.
 */
export const describeServing = async (
  serving: ServingName,
  cacheFolder: string,
  ofUsers = false,
) => {
  const facts = factsOf(serving);
  const reason = reasonAgainst(facts, ofUsers);
  if (!isPossible(facts) || reason !== undefined) {
    return { serving, state: 'impossible', reason: reason ?? '' } as const;
  }
  const requirements = await readRequirements(facts.environment);
  const missing = await reasonNotInstalled(serving, facts, requirements, cacheFolder);
  return {
    serving,
    state: missing === undefined ? 'installed' : 'not-installed',
    reason: missing,
    platform: platformWords(facts, requirements),
    engine: engineWords(requirements, 'onnx', 1),
    real: facts.real,
    note: facts.note,
  } as const;
};

/** The same of all servings, in the order of the manifests. */
export const describeServings = (ofUsers: boolean) => {
  const cacheFolder = defaultCache();
  return Promise.all(servingNames.map((serving) => describeServing(serving, cacheFolder, ofUsers)));
};
