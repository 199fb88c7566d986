import type { Layout } from '../../manifest.ts';
import { classifierInputs } from '../input/classifier.ts';
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

/** What a model looks like from outside. */
export interface ModelForm {
  readonly input: { readonly name: string; readonly layout: Layout };
  readonly output: { readonly name: string; readonly kind: 'logits' | 'probabilities' };
}

const shapeIn = (
  [batch = 1, channels = 3, height = 1, width = 1]: readonly Dimension[],
  nhwc: boolean,
) => (nhwc ? [batch, height, width, channels] : [batch, channels, height, width]);

/**
 * The bytes of the same classifier in another form: nodes before it turn the layout of its input, with the values that go with it, a
 * softmax behind it turns logits into probabilities, and its input and output have the names asked for. The names of all
 * other tensors begin with `net/`, so that none is taken twice. Equal arguments give equal bytes.
 */
export const adaptOnnx = (classifier: OnnxClassifier, { input, output }: ModelForm): Uint8Array => {
  const message = decodeOnnx(classifier.bytes);
  const { graph } = message;
  if (graph == null) throw new Error('a classifier without a graph');

  const front = frontOf(classifierInputs, input.layout, input.name, 'adapted');
  const isSoft = output.kind === 'probabilities';
  const logits = isSoft ? `${output.name}.logits` : output.name;
  const outside = new Map([
    [classifier.input.name, front.nodes.length > 0 ? 'adapted' : input.name],
    [classifier.output.name, logits],
    // Stands for an input that is left out.
    ['', ''],
  ]);
  const nameOf = (name: string): string => outside.get(name) ?? `net/${name}`;

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
  // Shapes of tensors inside follow from the rest; those of renamed ones would be wrong.
  graph.valueInfo = [];
  return modelMessage().encode(message).finish();
};
