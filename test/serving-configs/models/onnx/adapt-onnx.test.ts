import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Layout } from '../../../../serving-configs/manifest.ts';
import { normalisationOf, toNumbers } from '../../../../serving-configs/models/input/normalise.ts';
import { CLASSIFIER } from '../../../../serving-configs/models/model.ts';
import { adaptOnnx, type ModelForm } from '../../../../serving-configs/models/onnx/adapt-onnx.ts';
import { encodeOnnx, type OnnxGraph } from '../../../../serving-configs/models/onnx/messages.ts';
import {
  readOnnx,
  type OnnxClassifier,
} from '../../../../serving-configs/models/onnx/read-onnx.ts';
import { noise } from '../../../support/image.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { computed, type Image } from './computed.ts';
import { inspectOnnx } from './inspect-onnx.ts';
import { tinyClassifier } from './tiny-classifier.ts';

const CLASSES = 1000;

const fileOf = (bytes: Uint8Array): string => {
  const file = path.join(newFolder(), 'model.onnx');
  writeFileSync(file, bytes);
  return file;
};

const form = (layout: Layout, rest: Partial<ModelForm['output']> = {}): ModelForm => ({
  input: { name: 'image', layout },
  output: { name: 'answer', kind: 'logits', ...rest },
});

interface Inspected {
  readonly graph: {
    readonly node: readonly {
      readonly input: string[];
      readonly output: string[];
      readonly opType: string;
    }[];
    readonly initializer: readonly { readonly name: string }[];
    readonly input: readonly { readonly name: string }[];
    readonly output: readonly { readonly name: string }[];
  };
}

const inspect = (bytes: Uint8Array) => (inspectOnnx(bytes) as unknown as Inspected).graph;

/** The names of inputs that no earlier node computes, and of outputs that occur twice. */
const brokenNames = (bytes: Uint8Array): readonly string[] => {
  const { node, initializer, input } = inspect(bytes);
  const known = new Set([...input, ...initializer].map(({ name }) => name));
  const wrong: string[] = [];
  for (const { input: from, output: to } of node) {
    wrong.push(...from.filter((name) => !known.has(name)), ...to.filter((name) => known.has(name)));
    for (const name of to) known.add(name);
  }
  return wrong;
};

const WIDTH = 5;
const HEIGHT = 4;

describe('a classifier in another form', () => {
  const pixels = { width: WIDTH, height: HEIGHT, data: noise(WIDTH, HEIGHT) };
  /** The same image as the input of a layout. */
  const imageFor = (layout: Layout): Image => {
    const shape = layout === 'NCHW' ? [1, 3, HEIGHT, WIDTH] : [1, HEIGHT, WIDTH, 3];
    return { shape, values: toNumbers(pixels, normalisationOf(CLASSIFIER.images[layout])) };
  };

  const layouts = ['NCHW', 'NHWC'] as const;
  const computedBy = (bytes: Uint8Array, layout: Layout) =>
    computed(fileOf(bytes), imageFor(layout));
  let classifier: OnnxClassifier;
  let original: Float32Array;

  beforeAll(async () => {
    classifier = await readOnnx(fileOf(encodeOnnx(tinyClassifier)), CLASSES);
    original = (await computedBy(classifier.bytes, 'NCHW')).values;
  });

  it.each(layouts)('gives the same for the same image as %s', async (layout) => {
    const answer = await computedBy(adaptOnnx(classifier, CLASSIFIER, form(layout)), layout);

    expect(answer).toMatchObject({ input: 'image', output: 'answer', shape: [1, 1000] });
    expect(Math.max(...original) - Math.min(...original)).toBeGreaterThan(1);
    for (const [index, value] of original.entries()) {
      expect(answer.values[index]).toBeCloseTo(value, 4);
    }
  });

  it('gives probabilities if the form asks for them', async () => {
    const adapted = adaptOnnx(classifier, CLASSIFIER, form('NCHW', { kind: 'probabilities' }));
    const { values: soft } = await computedBy(adapted, 'NCHW');
    const sum = original.reduce((total, value) => total + Math.exp(value), 0);

    expect(soft.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 5);
    for (const [index, value] of original.entries()) {
      expect(soft[index]).toBeCloseTo(Math.exp(value) / sum, 6);
    }
  });

  it('has the same bytes every time', () => {
    const wanted = form('NHWC', { kind: 'probabilities' });

    expect(adaptOnnx(classifier, CLASSIFIER, wanted)).toEqual(
      adaptOnnx(classifier, CLASSIFIER, wanted),
    );
  });

  it('declares its dimensions in the order of its layout', () => {
    const { input } = inspect(adaptOnnx(classifier, CLASSIFIER, form('NHWC')));

    expect(JSON.stringify(input)).toMatch(/"N".*"height".*"width".*:3/);
  });

  it('renames its inner tensors if they have the names of its input or output', async () => {
    const graph: OnnxGraph = {
      ...tinyClassifier,
      nodes: [
        { op: 'Relu', inputs: ['pixels'], output: 'image' },
        { op: 'Mul', inputs: ['image', 'adapt.weight'], output: 'answer.logits' },
        { op: 'GlobalAveragePool', inputs: ['answer.logits'], output: 'answer' },
        { op: 'Flatten', inputs: ['answer'], output: 'image.torch', attributes: { axis: 1 } },
        { op: 'Gemm', inputs: ['image.torch', 'matrix'], output: 'scores' },
      ],
      constants: [
        ...tinyClassifier.constants,
        { name: 'adapt.weight', shape: [1], values: Float32Array.of(2) },
      ],
    };
    const adapted = adaptOnnx(
      await readOnnx(fileOf(encodeOnnx(graph)), CLASSES),
      CLASSIFIER,
      form('NHWC', { kind: 'probabilities' }),
    );

    expect(brokenNames(adapted)).toEqual([]);
    expect(inspect(adapted).input).toMatchObject([{ name: 'image' }]);
    expect(inspect(adapted).output).toMatchObject([{ name: 'answer' }]);
  });

  it('may keep the names of its input and output', () => {
    const adapted = adaptOnnx(classifier, CLASSIFIER, {
      input: { name: 'pixels', layout: 'NHWC' },
      output: { name: 'scores', kind: 'probabilities' },
    });

    expect(brokenNames(adapted)).toEqual([]);
    expect(inspect(adapted).node.map(({ opType }) => opType)).toEqual([
      'Transpose',
      'Conv',
      ...tinyClassifier.nodes.map(({ op }) => op),
      'Softmax',
    ]);
  });

  it('keeps fields that we do not know', async () => {
    // Field 3 of a model is the version of its producer, which is not in our onnx.proto.
    const version = Buffer.from('\x1a\x0bproducer 42', 'latin1');
    const file = fileOf(Buffer.concat([encodeOnnx(tinyClassifier), version]));
    const adapted = adaptOnnx(await readOnnx(file, CLASSES), CLASSIFIER, form('NHWC'));

    expect(Buffer.from(adapted).includes(version)).toBe(true);
  });
});
