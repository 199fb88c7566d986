import { PROTOCOLS } from './manifest.ts';
import type {
  Endpoint,
  ManifestModel,
  OwnManifest,
  Payload,
  PlatformManifest,
  Protocol,
  ServingFacts,
  ServingManifest,
  UsageFacts,
} from './manifest.ts';
import * as all from './platforms/index.ts';
import { manifestOfServer, type RunningServer } from './running-server.ts';

const { torchserve, tfserving, triton, ...otherPlatforms } = all;

/** What makes the manifests of each platform, by the name of its folder. Those that the study of 2021 measured come first. */
const factories = {
  torchserve,
  tfserving,
  triton,
  ...otherPlatforms,
} as const satisfies Record<string, (model: ManifestModel) => PlatformManifest>;

export type PlatformName = keyof typeof factories;

type ServingsOf<P> = P extends (model: ManifestModel) => PlatformManifest
  ? Extract<keyof ReturnType<P>, string>
  : never;
/** The id of a serving, used in URLs, on the command line and in results. */
export type ServingName = ServingsOf<(typeof factories)[PlatformName]>;

/** ResNet-50, which each serving calls by a name of its own. */
export const RESNET50: ManifestModel = { nameAs: (resnet50) => resnet50 };

/** A model that every serving calls by the same name. */
export const modelNamed = (name: string): ManifestModel => ({ nameAs: () => name });

/** The manifests of every platform for ResNet-50. */
export const platforms = Object.fromEntries(
  Object.entries(factories).map(([platform, manifestsFor]) => [platform, manifestsFor(RESNET50)]),
) as { readonly [Platform in PlatformName]: ReturnType<(typeof factories)[Platform]> };

const platformByServing = new Map<string, PlatformName>();
const manifestByServing = new Map<string, ServingManifest>();
for (const [platform, manifests] of Object.entries(platforms)) {
  for (const [serving, manifest] of Object.entries(manifests)) {
    platformByServing.set(serving, platform as PlatformName);
    manifestByServing.set(serving, manifest);
  }
}

/** The ids of all servings of this project, in the order of tables and charts. */
export const servingNames = [...manifestByServing.keys()] as readonly ServingName[];

/** A serving of this project, by its id, or a server that its user started, as it was detected. */
export type Serving = ServingName | RunningServer;

/** The id of a serving. The name of a running server is used like an id. */
export const idOf = (serving: Serving): ServingName =>
  typeof serving === 'string' ? serving : (serving.name as ServingName);

/** Whether a name is the id of a serving of this project. */
export const isServingName = (name: string): name is ServingName => manifestByServing.has(name);

/** Whether an id in a plan is the name of a running server. Every other id is that of a serving of this project. */
export const isRunningServer = (id: string): boolean => !manifestByServing.has(id);

/** What people call a serving. A running server has only the name that its user gave. */
export const servingTitle = (id: string): string => manifestByServing.get(id)?.title ?? id;

/** The platform of a serving: the name of its folder in `serving-configs/platforms/`. */
export const platformOf = (serving: ServingName): PlatformName => {
  const platform = platformByServing.get(serving);
  if (platform === undefined) throw new Error(`no platform for serving "${serving}"`);
  return platform;
};

/** The manifest of a serving of this project for a model. */
export const ownManifestOf = (serving: ServingName, model: ManifestModel): OwnManifest => {
  const manifests: PlatformManifest =
    model === RESNET50 ? platforms[platformOf(serving)] : factories[platformOf(serving)](model);
  const { [serving]: manifest } = manifests;
  if (manifest === undefined) throw new Error(`no manifest for serving "${serving}"`);
  return manifest;
};

/** The manifest of a serving for a model. A running server keeps its own name for the model. */
export const manifestOf = (serving: Serving, model: ManifestModel): ServingManifest =>
  typeof serving === 'string' ? ownManifestOf(serving, model) : manifestOfServer(serving);

/** The facts about a serving that are the same for every model. */
export const servingFactsOf = (serving: Serving): ServingFacts => manifestOf(serving, RESNET50);

/** The facts that a team must know before it adopts the platform of a serving of this project. */
export const usageOf = (serving: ServingName): UsageFacts => ownManifestOf(serving, RESNET50).usage;

/** The servings that the study of 2021 measured, which are compared by default. */
export const measuredInStudy: readonly ServingName[] = servingNames.filter(
  (serving) => servingFactsOf(serving).inStudy === 'measured',
);

/** Sets of servings that users can name: all, and those that the study of 2021 measured or described. */
export const servingSets = {
  all: servingNames,
  study: servingNames.filter((serving) => servingFactsOf(serving).inStudy !== 'no'),
} as const;

/** The servings that teams choose today. */
export const chosenToday: readonly ServingName[] = servingNames.filter(
  (serving) => servingFactsOf(serving).isChosenToday === true,
);

/** The endpoint of a serving for a protocol; undefined if it does not speak the protocol. */
export const endpointOf = (serving: Serving, protocol: Protocol): Endpoint | undefined =>
  servingFactsOf(serving)[protocol];

export const protocolsOf = (serving: Serving): readonly Protocol[] =>
  PROTOCOLS.filter((protocol) => endpointOf(serving, protocol) !== undefined);

/** The ports of a serving in ascending order, without duplicates. */
export const portsOf = ({
  rest,
  grpc,
  health,
  metrics,
  statistics,
  container,
}: ServingFacts): readonly number[] =>
  [
    ...new Set(
      [rest, grpc, health, metrics, statistics, container?.ready].flatMap((listener) =>
        listener === undefined ? [] : [listener.port],
      ),
    ),
  ].toSorted((a, b) => a - b);

/** The payloads that a serving takes over at least one of its protocols. */
export const payloadsOf = (serving: ServingName): readonly Payload[] => [
  ...new Set(
    protocolsOf(serving).flatMap(
      (protocol) => Object.keys(endpointOf(serving, protocol)?.payloads ?? {}) as Payload[],
    ),
  ),
];
