import type { Layout } from '../../manifest.ts';
import type { BuiltModel } from '../model.ts';
import { frontOf } from './front.ts';
import {
  constantMessage,
  modelMessage,
  nodeMessage,
  tensorInfoMessage,
  type Dimension,
} from './messages.ts';
import {
  decodeOnnx,
  type NodeMessage,
  type OnnxClassifier,
  type TensorMessage,
} from './read-onnx.ts';

/** The interface of a model: its input and output. */
export interface ModelForm {
  readonly input: { readonly name: string; readonly layout: Layout };
  readonly output: { readonly name: string; readonly kind: 'logits' | 'probabilities' };
}

const shapeIn = (
  [batch = 1, channels = 3, height = 1, width = 1]: readonly Dimension[],
  nhwc: boolean,
) => (nhwc ? [batch, height, width, channels] : [batch, channels, height, width]);

/**
 * Changes the interface of a classifier: nodes before the network convert the layout of its input and its normalisation, a softmax after
 * it turns logits into probabilities, and input and output get the wanted names. The names of all other tensors get the prefix `net/`, so
 * that no name occurs twice. Equal arguments give equal bytes.
 */
export const adaptOnnx = (
  classifier: OnnxClassifier,
  { images }: Pick<BuiltModel, 'images'>,
  { input, output }: ModelForm,
): Uint8Array => {
  const message = decodeOnnx(classifier.bytes);
  const { graph } = message;
  if (graph == null) throw new Error('the classifier has no graph');

  const front = frontOf(images, input.layout, input.name, 'adapted');
  const isSoft = output.kind === 'probabilities';
  const logits = isSoft ? `${output.name}.logits` : output.name;
  const interfaceNames = new Map([
    [classifier.input.name, front.nodes.length > 0 ? 'adapted' : input.name],
    [classifier.output.name, logits],
    // An optional input of a node that is omitted.
    ['', ''],
  ]);
  const nameOf = (name: string): string => interfaceNames.get(name) ?? `net/${name}`;

  for (const node of graph.node) {
    node.input = node.input.map(nameOf);
    node.output = node.output.map(nameOf);
  }
  for (const tensor of graph.initializer) tensor.name = nameOf(tensor.name);

  const nodes = front.nodes.map(nodeMessage) as unknown as NodeMessage[];
  const softmax = {
    op: 'Softmax',
    inputs: [logits],
    output: output.name,
    attributes: { axis: 1 },
  };
  graph.node = [
    ...nodes,
    ...graph.node,
    ...(isSoft ? [nodeMessage(softmax) as unknown as NodeMessage] : []),
  ];
  graph.initializer.unshift(
    ...(front.constants.map(constantMessage) as unknown as readonly TensorMessage[]),
  );
  graph.input = [
    tensorInfoMessage({
      name: input.name,
      shape: shapeIn(classifier.input.shape, input.layout === 'NHWC'),
    }),
  ];
  graph.output = [tensorInfoMessage({ name: output.name, shape: classifier.output.shape })];
  // The shapes of inner tensors are optional, and those of renamed tensors would be wrong.
  graph.valueInfo = [];
  return modelMessage().encode(message).finish();
};
