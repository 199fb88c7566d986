/**
 * Writes the model of the recorded search for settings, and its description: `node bin/typescript.js test/demo/tuned-model.ts FOLDER`. Its
 * 84 MB of weights do not fit into a cache, so that a single answer waits for memory, and a batch reads them once.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../lib/bench/stats/random.ts';
import { encodeOnnx, type OnnxNode } from '../../serving-configs/models/onnx/messages.ts';

const WIDTH = 2048;
const LAYERS = ['first', 'second', 'third', 'fourth', 'fifth'];

const [folder = '.'] = process.argv.slice(2);
const random = createRandom(1);
/** Keeps the size of the values from layer to layer, with half of them cut off by Relu. */
const scale = Math.sqrt(6 / WIDTH);

mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'model.onnx'),
  encodeOnnx({
    name: 'perceptron',
    input: { name: 'x', shape: ['batch', WIDTH] },
    output: { name: LAYERS.at(-1) ?? '', shape: ['batch', WIDTH] },
    nodes: LAYERS.flatMap((layer, at): readonly OnnxNode[] => [
      { op: 'MatMul', inputs: [LAYERS[at - 1] ?? 'x', `${layer}-weights`], output: `${layer}-sum` },
      { op: 'Relu', inputs: [`${layer}-sum`], output: layer },
    ]),
    constants: LAYERS.map((layer) => ({
      name: `${layer}-weights`,
      shape: [WIDTH, WIDTH],
      values: Float32Array.from({ length: WIDTH * WIDTH }, () => scale * (2 * random() - 1)),
    })),
    metadata: { trained: 'false' },
  }),
);
writeFileSync(
  join(folder, 'model.yaml'),
  `model: { onnx: model.onnx, name: perceptron, sizes: { x: [1, ${WIDTH}] } }\n`,
);
