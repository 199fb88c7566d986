import { frontOf, type InputForm } from './front.ts';
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
  readonly input: InputForm & { readonly name: string };
  readonly output: { readonly name: string; readonly kind: 'logits' | 'probabilities' };
}

const shapeIn = (
  [batch = 1, channels = 3, height = 1, width = 1]: readonly Dimension[],
  nhwc: boolean,
) => (nhwc ? [batch, height, width, channels] : [batch, channels, height, width]);

/**
 * The bytes of the same classifier in another form: nodes before it turn the layout and the values of its input, a
 * softmax behind it turns logits into probabilities, and its input and output have the names asked for. All other
 * tensors keep their names unless these are taken. Equal arguments give equal bytes.
 */
export const adaptOnnx = (classifier: OnnxClassifier, { input, output }: ModelForm): Uint8Array => {
  const message = decodeOnnx(classifier.bytes);
  const { graph } = message;
  if (graph == null) throw new Error('a classifier without a graph');

  const known = new Set([classifier.input.name, classifier.output.name]);
  for (const { input: from, output: to } of graph.node) {
    for (const name of [...from, ...to]) known.add(name);
  }
  for (const { name } of graph.initializer) known.add(name);
  const unused = (name: string): string => (known.has(name) ? unused(`${name}'`) : name);

  const inner = unused(`${input.name}.torch`);
  const front = frontOf(input, input.name, inner);
  const innerInput = front.nodes.length > 0 ? inner : input.name;
  const isSoft = output.kind === 'probabilities';
  const innerOutput = isSoft ? unused(`${output.name}.logits`) : output.name;

  const renamed = new Map<string, string>();
  const added = [
    input.name,
    output.name,
    ...front.nodes.map((node) => node.output),
    ...front.constants.map(({ name }) => name),
  ];
  for (const name of added) if (known.has(name)) renamed.set(name, unused(`${name}'`));
  renamed.set(classifier.input.name, innerInput);
  renamed.set(classifier.output.name, innerOutput);
  const nameOf = (name: string): string => renamed.get(name) ?? name;

  for (const node of graph.node) {
    node.input = node.input.map(nameOf);
    node.output = node.output.map(nameOf);
  }
  for (const tensor of graph.initializer) tensor.name = nameOf(tensor.name);

  const nodes = front.nodes.map(nodeMessage) as unknown as NodeMessage[];
  const softmax = {
    op: 'Softmax',
    inputs: [innerOutput],
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
