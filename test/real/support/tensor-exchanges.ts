import type { NamedTensor } from '../../../serving-configs/models/tensors/tensor-body.ts';
import type {
  Datatype,
  TensorModel,
} from '../../../serving-configs/models/tensors/tensor-model.ts';
import { maskedModel, onnxModel } from '../../support/onnx-models.ts';

/** A named tensor of typed values. */
const tensor = (
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  values: ArrayBufferView,
): NamedTensor => ({
  name,
  datatype,
  shape,
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/** A request and the correct answer to it. */
interface Exchange {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
}

export interface TestModel {
  readonly file: Uint8Array;
  readonly model: Pick<TensorModel, 'inputs' | 'outputs'>;
  /** The first is the model's example. */
  readonly exchanges: readonly Exchange[];
}

/** The inputs of a language model, and one of each other type that JSON can carry. Batch and sequence length vary. */
const exchangeOf = (batch: number, sequence: number): Exchange => {
  const ids = BigInt64Array.from({ length: batch * sequence }, (_, at) => 10n ** 12n + BigInt(at));
  const mask = BigInt64Array.from(ids, (_, at) => BigInt(at % 2));
  const counts = Int32Array.from({ length: batch * 3 }, (_, at) => at - 4);
  const weights = Float32Array.from(counts, (_, at) => at / 8 + 0.1);
  const codes = Uint8Array.from({ length: batch }, (_, at) => 255 - at);
  const flags = Uint8Array.from(codes, (_, at) => (at + 1) % 2);
  return {
    inputs: [
      tensor('input_ids', 'INT64', [batch, sequence], ids),
      tensor('attention_mask', 'INT64', [batch, sequence], mask),
      tensor('counts', 'INT32', [batch, 3], counts),
      tensor('weights', 'FP32', [batch, 3], weights),
      tensor('codes', 'UINT8', [batch], codes),
      tensor('flags', 'BOOL', [batch], flags),
    ],
    outputs: [
      tensor(
        'masked',
        'INT64',
        [batch, sequence],
        ids.map((id, at) => id * (mask[at] ?? 0n)),
      ),
      tensor(
        'sum',
        'FP32',
        [batch, 3],
        weights.map((weight, at) => weight + (counts[at] ?? 0)),
      ),
      tensor('same_codes', 'UINT8', [batch], codes),
      tensor(
        'opposite',
        'BOOL',
        [batch],
        flags.map((flag) => 1 - flag),
      ),
      tensor('same_counts', 'INT32', [batch, 3], counts),
    ],
  };
};

const OPEN = -1;

const specsOf = (tensors: readonly NamedTensor[], fixed: readonly number[] = [3]) =>
  tensors.map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape: shape.map((size, axis) => (axis === 1 && fixed.includes(size) ? size : OPEN)),
  }));

const infoOf = (specs: TensorModel['inputs']) =>
  specs.map(({ name, datatype, shape }) => ({
    name,
    type: datatype,
    shape: shape.map((size, axis) => (size === OPEN ? `axis${axis}` : size)),
  }));

const FLOAT32 = 1;

/** All types except 16-bit floats. */
export const mixed: TestModel = (() => {
  const exchanges = [exchangeOf(2, 4), exchangeOf(1, 7)];
  const { inputs = [], outputs = [] } = exchanges[0] ?? {};
  const model = { inputs: specsOf(inputs), outputs: specsOf(outputs) };
  const file = onnxModel({
    inputs: infoOf(model.inputs),
    outputs: infoOf(model.outputs),
    nodes: [
      { op: 'Mul', inputs: ['input_ids', 'attention_mask'], output: 'masked' },
      { op: 'Cast', inputs: ['counts'], output: 'floats', attributes: { to: FLOAT32 } },
      { op: 'Add', inputs: ['floats', 'weights'], output: 'sum' },
      { op: 'Identity', inputs: ['codes'], output: 'same_codes' },
      { op: 'Not', inputs: ['flags'], output: 'opposite' },
      { op: 'Identity', inputs: ['counts'], output: 'same_counts' },
    ],
  });
  return { file, model, exchanges };
})();

/** The bits of the 16-bit floats 1, 0, 2 and 6. */
const [ONE, ZERO, TWO, SIX] = [0x3c00, 0, 0x4000, 0x4600];
export const halves: TestModel = (() => {
  const shape = [1, 3];
  const exchange = {
    inputs: [
      tensor('input_ids', 'INT64', shape, BigInt64Array.of(1n, 2n, 3n)),
      tensor('attention_mask', 'FP16', shape, Uint16Array.of(ONE, ZERO, TWO)),
    ],
    outputs: [tensor('masked', 'FP16', shape, Uint16Array.of(ONE, ZERO, SIX))],
  };
  const model = { inputs: specsOf(exchange.inputs, []), outputs: specsOf(exchange.outputs, []) };
  return { file: maskedModel(), model, exchanges: [exchange] };
})();
