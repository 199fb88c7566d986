import { manifestOf, platformOf, type Serving } from '../index.ts';
import { CLASSIFIER, manifestModelOf, type Model } from '../models/model.ts';
import { servedModelOf } from '../models/served-model.ts';
import type { GrpcWire, PlatformWires } from '../protocols/grpc-wire.ts';
import { runningServerWires } from '../protocols/running-server.ts';
import type { ServedManifest, Wire } from '../protocols/wire.ts';

const servedManifest = (serving: Serving, model: Model): ServedManifest => {
  const manifest = manifestOf(serving, manifestModelOf(model));
  return { ...manifest, served: servedModelOf(manifest.model, model) };
};

/** Imports the wires from the folder of the platform, so that a new platform needs no line here. */
const wiresOf = async (serving: Serving): Promise<PlatformWires> => {
  if (typeof serving !== 'string') return runningServerWires(serving);
  const { default: wires } = (await import(`../platforms/${platformOf(serving)}/wire.ts`)) as {
    readonly default: PlatformWires;
  };
  return wires;
};

/** Loads the REST wire of a serving. */
export const loadWire = async (serving: Serving, model: Model = CLASSIFIER): Promise<Wire> => {
  const { rest } = await wiresOf(serving);
  return rest(servedManifest(serving, model));
};

/** Loads the gRPC wire of a serving; undefined if the serving speaks no gRPC. */
export const loadGrpcWire = async (
  serving: Serving,
  model: Model = CLASSIFIER,
): Promise<GrpcWire | undefined> => {
  const manifest = servedManifest(serving, model);
  const { grpc } = await wiresOf(serving);
  return manifest.grpc === undefined ? undefined : grpc?.(manifest);
};
