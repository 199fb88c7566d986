import { servingNames, type ServingName } from '../../index.ts';
import type { ModelKind, NotInPackages, VenvFacts } from '../../manifest.ts';
import { defaultCache } from '../../installation.ts';
import { environmentAt, readInstalled } from './environments.ts';
import { missingTools, reasonAgainstMachine } from './machine-tools.ts';
import { settingsWords, SINGLE, type Settings } from '../../settings.ts';
import { readRequirements, versionOf, type Requirements } from './requirements.ts';
import type { VenvEngine } from '../served-model.ts';
import { factsOf, isPossible } from './venv-facts.ts';

const ENGINE_PACKAGE = 'onnxruntime';
const NOT_INSTALLED = 'its packages are not installed';

/** The engine of a platform with the model, such as `ONNX Runtime 1.32.0`. */
const engineName = (requirements: Requirements): string =>
  `ONNX Runtime ${versionOf(requirements, ENGINE_PACKAGE)}`;

/** Describes what computes, such as `ONNX Runtime 1.32.0, 1 thread, 1 at a time`. */
export const describeEngine = (
  requirements: Requirements,
  engine: VenvEngine,
  settings: Settings,
): string =>
  engine === 'noop'
    ? 'none: it returns a fixed answer at once'
    : `${engineName(requirements)}, ${settings === SINGLE ? '1 thread, 1 at a time' : settingsWords(settings)}`;

/** The name and version of the software that answers. */
export const describeSoftware = ({ software }: VenvFacts, requirements: Requirements): string =>
  `${software.name} ${software.version ?? versionOf(requirements, software.package)}`;

/** The folder with the packages of a serving, or why it cannot be started because a tool or its packages are missing. */
export const findPackages = async (
  facts: Pick<VenvFacts, 'environment' | 'needs'>,
  requirements: Requirements,
  cacheFolder: string,
): Promise<{ readonly packages?: string; readonly missing?: string }> => {
  const [tool] = await missingTools(facts.needs ?? []);
  if (tool !== undefined) return { missing: `${tool.tool} is missing: ${tool.remedy}` };
  const environment = environmentAt(cacheFolder, facts.environment);
  return (await readInstalled(environment, requirements)) ?? { missing: NOT_INSTALLED };
};

/** Why a platform can never serve models of a kind from packages on this machine; undefined if it can. */
export const reasonImpossible = (
  facts: VenvFacts | NotInPackages,
  model: ModelKind,
): string | undefined => {
  if (!isPossible(facts)) return facts.impossible;
  return facts.unserved?.[model] ?? reasonAgainstMachine();
};

/** Tells whether a serving can run from packages on this machine with a model of a kind, and what runs then. */
export const describeServing = async (
  serving: ServingName,
  cacheFolder: string,
  model: ModelKind,
) => {
  const facts = factsOf(serving);
  const reason = reasonImpossible(facts, model);
  if (!isPossible(facts) || reason !== undefined) {
    return { serving, state: 'impossible', reason: reason ?? '' } as const;
  }
  const requirements = await readRequirements(facts.environment);
  const { missing } = await findPackages(facts, requirements, cacheFolder);
  return {
    serving,
    state: missing === undefined ? 'installed' : 'not-installed',
    reason: missing,
    setupCommand: missing === NOT_INSTALLED ? 'npx serving-compare setup' : undefined,
    platform: describeSoftware(facts, requirements),
    engine: engineName(requirements),
    real: facts.real,
    note: facts.note,
  } as const;
};

/** {@link describeServing} for all servings, in the order of the manifests. */
export const describeServings = (model: ModelKind) => {
  const cacheFolder = defaultCache();
  return Promise.all(servingNames.map((serving) => describeServing(serving, cacheFolder, model)));
};
