import { manifestOf, platformOf, runningServerOf, type ServingName } from '../index.ts';
import type { GrpcWire, PlatformWires } from '../protocols/grpc-wire.ts';
import { runningServerWires } from '../protocols/running-server.ts';
import { numberedModel, renamed } from '../models/tensors/numbered-tensors.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';
import type { InferenceCall, ServedManifest, Wire } from '../protocols/wire.ts';

const servedManifest = (
  serving: ServingName,
  tensorModel: TensorModel | undefined,
): ServedManifest => {
  const manifest = manifestOf(serving, tensorModel?.name);
  return {
    ...manifest,
    tensorModel: tensorModel && numberedModel(manifest.model, tensorModel),
  };
};

/** Adapts a call whose protocol numbers the tensors to a model that names them. */
const numberedCall = <Answer>(
  call: InferenceCall<Answer>,
  model: TensorModel,
  numbered: TensorModel,
): InferenceCall<Answer> => ({
  ...call,
  read: (body) => {
    const input = call.read(body);
    return input.kind === 'tensors'
      ? { ...input, tensors: renamed(input.tensors, numbered.inputs, model.inputs) }
      : input;
  },
  render: (form, output) =>
    call.render(
      form,
      output instanceof Float32Array ? output : renamed(output, model.outputs, numbered.outputs),
    ),
});

/** A request that is no inference, or an unknown one. */
type Other = { readonly kind: 'answer' | 'statistics' } | undefined;

/** Adapts a route: its calls use the tensor names of the model, even if the protocol numbers the tensors. */
const withNames = <Answer, Request, Another extends Other>(
  route: (request: Request) => InferenceCall<Answer> | Another,
  { tensorModel: numbered }: ServedManifest,
  model: TensorModel | undefined,
) => {
  if (numbered === undefined || model === undefined || numbered === model) return route;
  return (request: Request): InferenceCall<Answer> | Another => {
    const call = route(request);
    return call?.kind === 'inference' ? numberedCall(call, model, numbered) : call;
  };
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
  const manifest = servedManifest(serving, tensorModel);
  const { rest } = await wiresOf(serving);
  const wire = rest(manifest);
  return { ...wire, route: withNames((head) => wire.route(head), manifest, tensorModel) };
};

/** Loads the gRPC wire of a serving; undefined if the serving speaks no gRPC. */
export const loadGrpcWire = async (
  serving: ServingName,
  tensorModel?: TensorModel,
): Promise<GrpcWire | undefined> => {
  const manifest = servedManifest(serving, tensorModel);
  const { grpc } = await wiresOf(serving);
  if (manifest.grpc === undefined || grpc === undefined) return undefined;
  const methods = Object.entries(grpc(manifest));
  return Object.fromEntries(
    methods.map(([name, method]) => [name, withNames(method, manifest, tensorModel)]),
  );
};
