import { manifestOf, platformOf, runningServerOf, type ServingName } from '../index.ts';
import { CLASSIFIER, manifestModelOf, type Model } from '../models/model.ts';
import { servedModelOf } from '../models/served-model.ts';
import type { GrpcWire, PlatformWires } from '../protocols/grpc-wire.ts';
import { runningServerWires } from '../protocols/running-server.ts';
import type { ServedManifest, Wire } from '../protocols/wire.ts';

const servedManifest = (serving: ServingName, model: Model): ServedManifest => {
  const manifest = manifestOf(serving, manifestModelOf(model));
  return { ...manifest, served: servedModelOf(manifest.model, model) };
};

/** Imports the wires from the folder of the platform, so that a new platform needs no line here. */
const wiresOf = async (serving: ServingName): Promise<PlatformWires> => {
  const server = runningServerOf(serving);
  if (server !== undefined) return runningServerWires(server);
  const { default: wires } = (await import(`../platforms/${platformOf(serving)}/wire.ts`)) as {
    readonly default: PlatformWires;
  };
  return wires;
};

/** Loads the REST wire of a serving. */
export const loadWire = async (serving: ServingName, model: Model = CLASSIFIER): Promise<Wire> => {
  const { rest } = await wiresOf(serving);
  return rest(servedManifest(serving, model));
};

/** Loads the gRPC wire of a serving; undefined if the serving speaks no gRPC. */
export const loadGrpcWire = async (
  serving: ServingName,
  model: Model = CLASSIFIER,
): Promise<GrpcWire | undefined> => {
  const manifest = servedManifest(serving, model);
  const { grpc } = await wiresOf(serving);
  return manifest.grpc === undefined ? undefined : grpc?.(manifest);
};
