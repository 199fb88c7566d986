import { encodeOnnx, inspectOnnx } from '../../../../serving-configs/models/onnx/messages.ts';
import { graphOf } from '../../../../serving-configs/models/resnet50/graphs.ts';

interface Inspected {
  readonly irVersion: number;
  readonly opsetImport: readonly { readonly version: number }[];
  readonly graph: {
    readonly node: readonly { readonly opType: string; readonly input: readonly string[] }[];
    readonly initializer: readonly {
      readonly name: string;
      readonly dims: readonly number[];
      readonly dataLocation?: number;
    }[];
    readonly input: readonly unknown[];
    readonly output: readonly unknown[];
  };
}

const inspect = (layout: 'NCHW' | 'NHWC'): Inspected =>
  inspectOnnx(
    encodeOnnx(graphOf(layout, 'weights.bin', { trained: 'false' })),
  ) as unknown as Inspected;

const operators = ({ graph }: Inspected): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { opType } of graph.node) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
};

const shapeOf = (layout: 'NCHW' | 'NHWC') =>
  JSON.stringify(inspect(layout).graph.input).match(/"dim(?:Value|Param)":("?\w+"?)/g);

const outside = (layout: 'NCHW' | 'NHWC') =>
  inspect(layout).graph.initializer.filter(({ dataLocation }) => dataLocation === 1);

describe('the ONNX file of the ResNet-50', () => {
  it('has the layers of the paper', () => {
    expect(operators(inspect('NCHW'))).toEqual({
      Conv: 53,
      Relu: 49,
      MaxPool: 1,
      Add: 16,
      GlobalAveragePool: 1,
      Flatten: 1,
      Gemm: 1,
    });
  });

  it('has 25.5 million parameters, batch norm folded into biases', () => {
    const count = inspect('NCHW').graph.initializer.reduce(
      (sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1),
      0,
    );

    // torchvision's 25,557,032 less one number for each of the 26,560 channels that batch norm scales.
    expect(count).toBe(25_557_032 - 26_560);
  });

  it('takes images of any size in either layout', () => {
    expect(shapeOf('NCHW')).toEqual([
      '"dimValue":1',
      '"dimValue":3',
      '"dimParam":"height"',
      '"dimParam":"width"',
    ]);
    expect(shapeOf('NHWC')).toEqual([
      '"dimValue":1',
      '"dimParam":"height"',
      '"dimParam":"width"',
      '"dimValue":3',
    ]);
  });

  it('turns the other layout and colours before the same layers', () => {
    const [transpose, adapt, ...rest] = inspect('NHWC').graph.node;

    expect([transpose?.opType, adapt?.opType]).toEqual(['Transpose', 'Conv']);
    expect(rest.map(({ opType }) => opType)).toEqual(
      inspect('NCHW').graph.node.map(({ opType }) => opType),
    );
  });

  it('keeps all large weights outside, in the same places for both layouts', () => {
    expect(outside('NHWC')).toEqual(outside('NCHW'));
    expect(outside('NCHW')).toHaveLength(2 * 54);
  });

  it('names a producer of every tensor that a node takes', () => {
    const { node, initializer } = inspect('NHWC').graph;
    const known = new Set(['input', ...initializer.map(({ name }) => name)]);
    const missing: string[] = [];
    for (const { input, ...rest } of node) {
      missing.push(...input.filter((name) => !known.has(name)));
      known.add((rest as unknown as { output: string[] }).output[0] ?? '');
    }

    expect(missing).toEqual([]);
  });
});
