import { PROTOCOLS } from './manifest.ts';
import type {
  Endpoint,
  OwnManifest,
  Payload,
  PlatformManifest,
  Protocol,
  ServingManifest,
  UsageFacts,
} from './manifest.ts';
import * as all from './platforms/index.ts';
import { manifestOfServer, type RunningServer } from './running-server.ts';

const { torchserve, tfserving, triton, ...others } = all;

/** Every platform, by the name of its folder: those that the study of 2021 measured, then the others. */
export const platforms = {
  torchserve,
  tfserving,
  triton,
  ...others,
} as const satisfies Record<string, PlatformManifest>;

export type PlatformName = keyof typeof platforms;

type ServingsOf<P> = P extends PlatformManifest ? Extract<keyof P, string> : never;
/** The id of a serving: URL segment, command line value and label in the results. */
export type ServingName = ServingsOf<(typeof platforms)[PlatformName]>;

const platformByServing = new Map<string, PlatformName>();
const manifestByServing = new Map<string, ServingManifest>();
for (const [platform, manifests] of Object.entries(platforms)) {
  for (const [serving, manifest] of Object.entries(manifests)) {
    platformByServing.set(serving, platform as PlatformName);
    manifestByServing.set(serving, manifest);
  }
}

/** The ids of all servings of this project, in the order in which tables and charts list them. */
export const servingNames = [...manifestByServing.keys()] as readonly ServingName[];

const runningServers = new Map<string, RunningServer>();

/** Registers servers that run already as servings. One with the name of an earlier one replaces it. */
export const registerServers = (servers: readonly RunningServer[]): void => {
  for (const server of servers) {
    if (platformByServing.has(server.name)) throw new Error(`${server.name} is a serving`);
    runningServers.set(server.name, server);
    manifestByServing.set(server.name, manifestOfServer(server));
  }
};

/** The servers that were registered. */
export const registeredServers = (): readonly RunningServer[] => [...runningServers.values()];

/** The server behind an id; undefined for a serving of this project. */
export const runningServerOf = (serving: ServingName): RunningServer | undefined =>
  runningServers.get(serving);

/** The ids of all servings, followed by those of the registered servers. */
export const knownServings = (): readonly ServingName[] =>
  [...manifestByServing.keys()] as ServingName[];

/** Whether it is one of {@link knownServings}. */
export const isServingName = (name: string): name is ServingName => manifestByServing.has(name);

/** A manifest with another name of its model, wherever that stands. */
const renamed = <Manifest extends ServingManifest>(manifest: Manifest, name: string): Manifest =>
  JSON.parse(JSON.stringify(manifest).replaceAll(manifest.model.name, name)) as Manifest;

/** The manifest of a serving of this project, with the name of a user's model in the place of ours. */
export const ownManifestOf = (serving: ServingName, modelName?: string): OwnManifest => {
  const { [serving]: manifest } = platforms[platformOf(serving)] as PlatformManifest;
  if (manifest === undefined) throw new Error(`no manifest for serving "${serving}"`);
  return modelName === undefined ? manifest : renamed(manifest, modelName);
};

/**
 * The manifest of a serving. Every id of type {@link ServingName} has one.
 *
 * @param modelName - Of a user's model, in the place of ours. Servers that run already have names of their own.
 */
export const manifestOf = (serving: ServingName, modelName?: string): ServingManifest => {
  if (modelName !== undefined && !runningServers.has(serving)) {
    return ownManifestOf(serving, modelName);
  }
  const manifest = manifestByServing.get(serving);
  if (manifest === undefined) throw new Error(`no manifest for serving "${serving}"`);
  return manifest;
};

/** What a team must know before it takes the platform of a serving of this project. */
export const usageOf = (serving: ServingName): UsageFacts => ownManifestOf(serving).usage;

/** The servings that the study of 2021 measured: what is compared where nothing else is said. */
export const measuredInStudy: readonly ServingName[] = servingNames.filter(
  (serving) => manifestOf(serving).inStudy === 'measured',
);

/** A serving over one protocol; undefined where it does not speak it. */
export const endpointOf = (serving: ServingName, protocol: Protocol): Endpoint | undefined =>
  manifestOf(serving)[protocol];

/** The protocols that a serving speaks. */
export const protocolsOf = (serving: ServingName): readonly Protocol[] =>
  PROTOCOLS.filter((protocol) => endpointOf(serving, protocol) !== undefined);

/** Every port of a serving once, in ascending order. */
export const portsOf = ({
  rest,
  grpc,
  health,
  metrics,
  statistics,
  container,
}: ServingManifest): readonly number[] =>
  [
    ...new Set(
      [rest, grpc, health, metrics, statistics, container?.ready].flatMap((listener) =>
        listener === undefined ? [] : [listener.port],
      ),
    ),
  ].toSorted((one, other) => one - other);

/** The payloads that a serving takes, over whichever protocol. */
export const payloadsOf = (serving: ServingName): readonly Payload[] => [
  ...new Set(
    protocolsOf(serving).flatMap(
      (protocol) => Object.keys(endpointOf(serving, protocol)?.payloads ?? {}) as Payload[],
    ),
  ),
];

/** The platform that a serving belongs to: the name of its folder in `serving-configs/platforms/`. */
export const platformOf = (serving: ServingName): PlatformName => {
  const platform = platformByServing.get(serving);
  if (platform === undefined) throw new Error(`no platform for serving "${serving}"`);
  return platform;
};
