import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeOnnx, type OnnxConstant, type OnnxNode } from '../onnx/messages.ts';
import { createBitStream, fillBellShaped } from '../random.ts';

/** The values that a head takes and gives. */
const [FEATURES, LOGITS] = [256, 16];

/** The widths of the layers: a tiny head has 70 kB of weights, the slow model 100 MB. */
const HIDDEN = { head: [64], slow: [5000, 4700] } as const;

const SLOW = 'slow';

/** The name of a generated model; the first is 1. */
export const headName = (number: number): string => `head-${String(number).padStart(3, '0')}`;

/** A network of dense layers with random weights. */
const network = (name: string, seed: number, hidden: readonly number[]): Uint8Array => {
  const nextBits = createBitStream(seed);
  const widths = [FEATURES, ...hidden, LOGITS];
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  for (const [layer, width] of widths.slice(1).entries()) {
    const before = widths[layer] ?? 0;
    const values = new Float32Array(before * width);
    // Keeps the size of the values from layer to layer, with half of them cut off by Relu.
    fillBellShaped(values, nextBits, Math.sqrt(2 / before));
    const isLast = layer === hidden.length;
    const [weights, sum, output] = [`w${layer}`, `s${layer}`, isLast ? 'logits' : `h${layer}`];
    constants.push({ name: weights, shape: [before, width], values });
    const inputs = [layer === 0 ? 'features' : `h${layer - 1}`, weights];
    nodes.push({ op: 'Gemm', inputs, output: isLast ? output : sum });
    if (!isLast) nodes.push({ op: 'Relu', inputs: [sum], output });
  }
  return encodeOnnx({
    name,
    input: { name: 'features', shape: [1, FEATURES] },
    output: { name: 'logits', shape: [1, LOGITS] },
    nodes,
    constants,
    metadata: { trained: 'false' },
  });
};

/** Writes a file unless it is there. A process that is killed leaves no half file. */
const ensureFile = async (file: string, make: () => Uint8Array): Promise<void> => {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, make());
  await rename(unfinished, file);
};

/**
 * Writes generated models with the same inputs and outputs and other weights into a folder: tiny heads, and a slow one that takes long to
 * load. They are the same on every machine.
 */
export const ensureHeads = async (folder: string, count: number): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (let number = 1; number <= count; number += 1) {
    const name = headName(number);
    await ensureFile(path.join(folder, `${name}.onnx`), () => network(name, number, HIDDEN.head));
  }
  await ensureFile(path.join(folder, `${SLOW}.onnx`), () => network(SLOW, 0, HIDDEN.slow));
  await ensureFile(path.join(folder, 'model.yaml'), () =>
    Buffer.from(`model: { onnx: ${headName(1)}.onnx }\ninputs: { count: 8 }\n`),
  );
};
