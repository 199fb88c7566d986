import { manifestOf, platformOf, runningServerOf, type ServingName } from '../index.ts';
import type { GrpcWire, PlatformWires } from '../protocols/grpc-wire.ts';
import { runningServerWires } from '../protocols/running-server.ts';
import { placedModel, renamed } from '../models/tensors/placed-tensors.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';
import type { InferenceCall, ServedManifest, Wire } from '../protocols/wire.ts';

const servedManifest = (
  serving: ServingName,
  tensorModel: TensorModel | undefined,
): ServedManifest => {
  const manifest = manifestOf(serving, tensorModel?.name);
  return {
    ...manifest,
    tensorModel: tensorModel && placedModel(manifest.model, tensorModel),
  };
};

/** A call whose protocol has places for tensors, in front of a model that knows their names. */
const placedCall = <Answer>(
  call: InferenceCall<Answer>,
  model: TensorModel,
  placed: TensorModel,
): InferenceCall<Answer> => ({
  ...call,
  read: (body) => {
    const input = call.read(body);
    return input.kind === 'tensors'
      ? { ...input, tensors: renamed(input.tensors, placed.inputs, model.inputs) }
      : input;
  },
  render: (form, output) =>
    call.render(
      form,
      output instanceof Float32Array ? output : renamed(output, model.outputs, placed.outputs),
    ),
});

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

/** From the folder of the platform: a new one needs no line here. */
const wiresOf = async (serving: ServingName): Promise<PlatformWires> => {
  const server = runningServerOf(serving);
  if (server !== undefined) return runningServerWires(server);
  const { default: wires } = (await import(`../platforms/${platformOf(serving)}/wire.ts`)) as {
    readonly default: PlatformWires;
  };
  return wires;
};

/**
 * The wire of a serving.
 * @param tensorModel - A user's model that it serves.
 */
export const loadWire = async (serving: ServingName, tensorModel?: TensorModel): Promise<Wire> => {
  const manifest = servedManifest(serving, tensorModel);
  const { rest } = await wiresOf(serving);
  const wire = rest(manifest);
  return { ...wire, route: withNames((head) => wire.route(head), manifest, tensorModel) };
};

/** The same for gRPC; undefined where the serving does not speak it. */
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
