import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  encodeOnnx,
  modelMessage,
  type OnnxGraph,
} from '../../../../serving-configs/models/onnx/messages.ts';
import {
  readOnnx,
  UnusableOnnx,
  type OnnxProblem,
} from '../../../../serving-configs/models/onnx/read-onnx.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { inspectOnnx } from './inspect-onnx.ts';
import { tinyClassifier } from './tiny-classifier.ts';

const CLASSES = 1000;

const fileOf = (bytes: Uint8Array): string => {
  const file = path.join(newFolder(), 'model.onnx');
  writeFileSync(file, bytes);
  return file;
};

const matrix = tinyClassifier.constants[0];
const values = matrix !== undefined && 'values' in matrix ? matrix.values : new Float32Array(0);

/** The classifier with its matrix in a file beside it, after 64 other bytes. */
const withWeightsOutside = (location = 'weights.bin'): string => {
  const constants = [{ name: 'matrix', shape: [3, 1000], file: location, offsetBytes: 64 }];
  const file = fileOf(encodeOnnx({ ...tinyClassifier, constants }));
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  writeFileSync(
    path.join(path.dirname(file), 'weights.bin'),
    Buffer.concat([Buffer.alloc(64), bytes]),
  );
  return file;
};

/** The bytes of the classifier with a changed message. */
const changed = (change: (message: Record<string, never>) => void): Uint8Array => {
  const type = modelMessage();
  const message = type.decode(encodeOnnx(tinyClassifier)) as unknown as Record<string, never>;
  change(message);
  return type.encode(message).finish();
};

const withInput = (shape: OnnxGraph['input']['shape']) =>
  encodeOnnx({ ...tinyClassifier, input: { name: 'pixels', shape } });

/** Why a file cannot be used. */
const problemOf = async (file: string): Promise<OnnxProblem> => {
  const error = await readOnnx(file, CLASSES).catch((thrown: unknown) => thrown);
  if (!(error instanceof UnusableOnnx)) throw new Error(`no UnusableOnnx, but ${String(error)}`);
  return error.problem;
};

describe('the reader of ONNX classifiers', () => {
  it('returns the input and the output with their shapes', async () => {
    expect(await readOnnx(fileOf(encodeOnnx(tinyClassifier)), CLASSES)).toMatchObject({
      input: { name: 'pixels', shape: ['N', 3, 'height', 'width'] },
      output: { name: 'scores', shape: ['N', 1000] },
    });
  });

  it('includes weights from a file beside it', async () => {
    const [outside, inside] = await Promise.all(
      [withWeightsOutside(), fileOf(encodeOnnx(tinyClassifier))].map((file) =>
        readOnnx(file, CLASSES),
      ),
    );

    expect(inspectOnnx(outside?.bytes ?? new Uint8Array())).toMatchObject({
      graph: { initializer: [{ name: 'matrix', rawData: expect.any(Array) as unknown }] },
    });
    expect(Buffer.from(outside?.bytes ?? []).includes(Buffer.from(values.buffer))).toBe(true);
    expect(inside?.input).toEqual(outside?.input);
  });

  it('detects weights that are cut off or missing', async () => {
    const file = withWeightsOutside();
    const weights = path.join(path.dirname(file), 'weights.bin');
    truncateSync(weights, 64 + values.byteLength - 1);
    expect(await problemOf(file)).toBe('weights-cut-off');

    expect(await problemOf(withWeightsOutside('gone.bin'))).toBe('weights-missing');
  });

  it.each(['../weights.bin', '/etc/hostname', ''])(
    'does not follow weights to "%s"',
    async (location) => {
      expect(await problemOf(withWeightsOutside(location))).toBe('weights-elsewhere');
    },
  );

  it.each([
    ['bytes that are not a protobuf message', Buffer.from('hello'), 'unreadable'],
    ['a file that is cut off', encodeOnnx(tinyClassifier).subarray(0, -5), 'unreadable'],
    ['an empty file', new Uint8Array(), 'no-graph'],
    ['channels at the end', withInput([1, 224, 224, 3]), 'wrong-input'],
    ['a flat input', withInput([1, 3]), 'wrong-input'],
    [
      'other classes',
      encodeOnnx({ ...tinyClassifier, output: { name: 'scores', shape: [1, 10] } }),
      'wrong-output',
    ],
    [
      'bytes as input',
      changed(
        ({ graph }: { graph?: { input: { type: { tensorType: { elemType: number } } }[] } }) => {
          const [input] = graph?.input ?? [];
          if (input !== undefined) input.type.tensorType.elemType = 2;
        },
      ),
      'wrong-input',
    ],
    [
      'two inputs',
      changed(({ graph }: { graph?: { input: object[] } }) => graph?.input.push({ name: 'more' })),
      'wrong-input',
    ],
    [
      'an old operator set',
      changed((message: { opsetImport?: object[] }) => {
        message.opsetImport = [{ domain: '', version: 6 }];
      }),
      'old-opset',
    ],
    [
      'a graph within the graph',
      changed(({ graph }: { graph?: { node: { attribute: object[] }[] } }) =>
        graph?.node[0]?.attribute.push({ name: 'body', type: 5 }),
      ),
      'nested-graphs',
    ],
  ])('refuses %s', async (_, bytes, problem) => {
    expect(await problemOf(fileOf(bytes))).toBe(problem);
  });

  it('refuses a file that does not exist, and names it', async () => {
    await expect(readOnnx('/no/model.onnx', CLASSES)).rejects.toMatchObject({
      problem: 'unreadable',
      message: expect.stringContaining('/no/model.onnx') as string,
    });
  });
});
