import { manifestOf, platformOf, runningServerOf, type ServingName } from '../index.ts';
import type { GrpcWire, GrpcWireFactory } from '../protocols/grpc-wire.ts';
import { runningServerGrpcWire, runningServerWire } from '../protocols/running-server.ts';
import { placedModel } from '../models/tensors/placed-tensors.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';
import { placedCall } from '../protocols/tensors/placed-call.ts';
import type { InferenceCall, ServedManifest, Wire, WireFactory } from '../protocols/wire.ts';

/** Protocols whose messages name tensors have a name for the model too, which is then that of the user's. */
const servedManifest = (serving: ServingName, tensorModel: TensorModel | undefined) => {
  const manifest: ServedManifest = manifestOf(serving);
  if (tensorModel === undefined) return manifest;
  const { model } = manifest;
  const name = model.tensors === undefined ? model.name : tensorModel.name;
  return {
    ...manifest,
    model: { ...model, name },
    tensorModel: placedModel(model, tensorModel),
  };
};

type Answered = { readonly kind: 'answer' } | undefined;

/** What gives calls gives them with the names of the model, where the protocol has places instead. */
const withNames = <Answer, Given, Other extends Answered>(
  give: (given: Given) => InferenceCall<Answer> | Other,
  { tensorModel: placed }: ServedManifest,
  model: TensorModel | undefined,
) => {
  if (placed === undefined || model === undefined || placed === model) return give;
  return (given: Given): InferenceCall<Answer> | Other => {
    const call = give(given);
    return call?.kind === 'inference' ? placedCall(call, model, placed) : call;
  };
};

/**
 * The wire of a serving, from the folder of its platform: a new platform needs no line here.
 * @param tensorModel - A user's model that it serves.
 */
export const loadWire = async (serving: ServingName, tensorModel?: TensorModel): Promise<Wire> => {
  const server = runningServerOf(serving);
  if (server !== undefined) return runningServerWire(server, servedManifest(serving, tensorModel));
  const module = (await import(`../platforms/${platformOf(serving)}/wire.ts`)) as {
    readonly default: WireFactory;
  };
  const manifest = servedManifest(serving, tensorModel);
  const wire = module.default(manifest);
  return { ...wire, route: withNames((head) => wire.route(head), manifest, tensorModel) };
};

/** The same for gRPC; undefined where the serving does not speak it. */
export const loadGrpcWire = async (
  serving: ServingName,
  tensorModel?: TensorModel,
): Promise<GrpcWire | undefined> => {
  const manifest = servedManifest(serving, tensorModel);
  if (manifest.grpc === undefined) return undefined;
  if (runningServerOf(serving) !== undefined) return runningServerGrpcWire(manifest);
  const module = (await import(`../platforms/${platformOf(serving)}/grpc-wire.ts`)) as {
    readonly default: GrpcWireFactory;
  };
  const methods = Object.entries(module.default(manifest));
  return Object.fromEntries(
    methods.map(([name, method]) => [name, withNames(method, manifest, tensorModel)]),
  );
};
