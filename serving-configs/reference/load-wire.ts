import { manifestOf, modelNamed, platformOf, runningServerOf, type ServingName } from '../index.ts';
import { servedModelOf } from '../models/tensors/contract-tensors.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';
import type { GrpcWire, PlatformWires } from '../protocols/grpc-wire.ts';
import { runningServerWires } from '../protocols/running-server.ts';
import type { ServedManifest, Wire } from '../protocols/wire.ts';

const servedManifest = (serving: ServingName, tensorModel?: TensorModel): ServedManifest => {
  const manifest = manifestOf(serving, tensorModel && modelNamed(tensorModel.name));
  return { ...manifest, served: servedModelOf(manifest.model, tensorModel) };
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

/**
 * Loads the REST wire of a serving.
 * @param tensorModel - The user's model that it serves instead of the classifier.
 */
export const loadWire = async (serving: ServingName, tensorModel?: TensorModel): Promise<Wire> => {
  const { rest } = await wiresOf(serving);
  return rest(servedManifest(serving, tensorModel));
};

/** Loads the gRPC wire of a serving; undefined if the serving speaks no gRPC. */
export const loadGrpcWire = async (
  serving: ServingName,
  tensorModel?: TensorModel,
): Promise<GrpcWire | undefined> => {
  const manifest = servedManifest(serving, tensorModel);
  const { grpc } = await wiresOf(serving);
  return manifest.grpc === undefined ? undefined : grpc?.(manifest);
};
