import type { ServedModel } from '../../models/served-model.ts';
import type { Datatype } from '../../models/tensors/tensor-spec.ts';
import { BadInput, type ServedManifest } from '../../protocols/wire.ts';

export const VERSION = 1;
export const DEFAULT_SIGNATURE = 'serving_default';

/** A tensor of a signature. */
interface SignatureTensor {
  readonly name: string;
  /** `BYTES`: a string. */
  readonly datatype: Datatype | 'BYTES';
  readonly shape: readonly number[];
}

interface Signature {
  readonly inputs: readonly SignatureTensor[];
  readonly outputs: readonly SignatureTensor[];
}

/** The names in TensorFlow's enumeration `DataType`. */
const TYPES: Readonly<Record<SignatureTensor['datatype'], string>> = {
  FP32: 'DT_FLOAT',
  FP16: 'DT_HALF',
  INT64: 'DT_INT64',
  INT32: 'DT_INT32',
  UINT8: 'DT_UINT8',
  BOOL: 'DT_BOOL',
  BYTES: 'DT_STRING',
};

type Signatures = Readonly<Record<string, Signature>>;

/** The signatures with which models are exported: the classifier has further ones, and takes images of any size. */
const signaturesFor: Readonly<
  Record<ServedModel['answers']['kind'], (served: ServedModel) => Signatures>
> = {
  tensors: ({ inputs, outputs }) => ({ [DEFAULT_SIGNATURE]: { inputs, outputs } }),
  classes: ({ inputs, outputs }) => ({
    [DEFAULT_SIGNATURE]: {
      inputs: inputs.map((input) => ({ ...input, shape: [1, -1, -1, 3] })),
      outputs,
    },
    serving_raw: { inputs: [{ name: 'raw', datatype: 'BYTES', shape: [] }], outputs },
    serving_jpeg: { inputs: [{ name: 'jpeg', datatype: 'BYTES', shape: [] }], outputs },
  }),
};

/** The signatures of the served model. */
export const signaturesOf = ({ served }: ServedManifest): Signatures =>
  signaturesFor[served.answers.kind](served);

const infosOf = (tensors: readonly SignatureTensor[]) =>
  Object.fromEntries(
    tensors.map(({ name, datatype, shape }) => [
      name,
      {
        dtype: TYPES[datatype],
        tensor_shape: {
          dim: shape.map((size) => ({ size: String(size), name: '' })),
          unknown_rank: false,
        },
        name: `${name}:0`,
      },
    ]),
  );

/** The signatures in the JSON form of the message `SignatureDefMap`. */
export const signatureDocument = (manifest: ServedManifest): object => ({
  signature_def: Object.fromEntries(
    Object.entries(signaturesOf(manifest)).map(([name, { inputs, outputs }]) => [
      name,
      {
        inputs: infosOf(inputs),
        outputs: infosOf(outputs),
        method_name: 'tensorflow/serving/predict',
      },
    ]),
  ),
});

/** The status of the model in the JSON form of the message `GetModelStatusResponse`, with the name of the code over REST. */
export const statusDocument = (noError: 'OK' | 0): object => ({
  model_version_status: [
    {
      version: String(VERSION),
      state: 'AVAILABLE',
      status: { error_code: noError, error_message: '' },
    },
  ],
});

/** @throws BadInput if the model has no such signature. */
export const demandSignature = (name: unknown, manifest: ServedManifest): void => {
  if (name === undefined || name === '') return;
  if (typeof name === 'string' && Object.hasOwn(signaturesOf(manifest), name)) return;
  throw new BadInput(`Serving signature name: ${JSON.stringify(name)} not found in signature def`);
};
