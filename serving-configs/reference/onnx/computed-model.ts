import type { BuiltModel, GivenModel, Model } from '../../models/model.ts';
import { servedClassesOf, renamed, type ServedModel } from '../../models/served-model.ts';
import type { NamedTensor } from '../../models/tensors/tensor-body.ts';
import { bytesOf, type WireInput, type WireOutput } from '../../protocols/wire.ts';
import { asOutput } from '../scores.ts';
import { onnxFileOf } from './choose-model.ts';
import { classifierInputOf, classifierRequest, scoresIn } from './classifier.ts';
import { adaptTensor, inputPreparer } from './prepare-input.ts';
import type { FileTensors, WorkerRequest } from './worker-messages.ts';

/** How a model is computed with its ONNX file behind the protocol of a serving. */
export interface ComputedModel {
  readonly trained: boolean;
  /** Finds the file, or builds it. */
  readonly file: () => Promise<string>;
  /** A request that warms the model up. */
  readonly example?: string;
  /** What to do about a file that cannot be used. */
  readonly hint: string;
  /**
   * Turns the inputs of requests into those of the file, and its outputs back.
   * @throws UnusableModel if the tensors of the file are others.
   */
  readonly adapt: (file: FileTensors) => {
    readonly inputs: (input: WireInput) => WorkerRequest | Promise<WorkerRequest>;
    readonly outputs: (outputs: readonly NamedTensor[]) => WireOutput;
  };
}

type Adapted = Omit<ComputedModel, 'file'>;

/** The file may have another layout and scores of another kind than the serving. */
const adaptBuilt = (model: BuiltModel, served: ServedModel): Adapted => ({
  trained: model.weights !== undefined,
  hint: 'give an ONNX file of a classifier with --model, or none for random weights',
  adapt: (file) => {
    const classifier = classifierInputOf(file, model);
    const { image = model.image } = served;
    const prepare = inputPreparer(image);
    const { scores, labels } = servedClassesOf(served);
    return {
      inputs: async (input) =>
        classifierRequest(classifier, adaptTensor(await prepare(input), image, classifier)),
      outputs: (outputs) => {
        const bytes = bytesOf(asOutput(scoresIn(outputs, labels), scores));
        return served.outputs.map(({ name, datatype, shape }) => ({
          name,
          datatype,
          shape,
          bytes,
        }));
      },
    };
  },
});

/** The serving may number the tensors instead of naming them. */
const adaptGiven = (model: GivenModel, served: ServedModel): Adapted => ({
  trained: true,
  example: model.example.request,
  hint: 'describe the model again',
  adapt: () => ({
    inputs: (input) => {
      if (input.kind === 'image') throw new Error('the request is not for this model');
      return renamed(input.tensors, served.inputs, model.inputs);
    },
    outputs: (outputs) => renamed(outputs, model.outputs, served.outputs),
  }),
});

/** A model as a server computes it. */
export const computedModel = (
  model: Model,
  served: ServedModel,
  cacheFolder: string,
): ComputedModel => ({
  ...(model.kind === 'built' ? adaptBuilt(model, served) : adaptGiven(model, served)),
  file: () => onnxFileOf(model, cacheFolder),
});
