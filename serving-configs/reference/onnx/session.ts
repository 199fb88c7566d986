import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Layout } from '../../manifest.ts';
import { CLASS_COUNT } from '../../models/labels.ts';

export interface OpenSession {
  /** Seen from where the three channels are in the input's shape. */
  readonly layout: Layout;
  /**
   * Computes one image and blocks the thread meanwhile.
   * @param shape - Four dimensions in the session's layout.
   * @returns One value a class.
   */
  run(values: Float32Array, shape: readonly number[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Says that a file cannot be used as the model. The message names the file and what is wrong with it. */
export class UnusableModel extends Error {
  override readonly name = 'UnusableModel';
}

type Metadata = InferenceSession.ValueMetadata;

const describe = (metadata: Metadata | undefined): string =>
  metadata?.isTensor === true
    ? `${metadata.name}: ${metadata.type} [${metadata.shape.join(', ')}]`
    : 'no tensor';

const isFree = (size: number | string | undefined, fixed: number): boolean =>
  typeof size === 'string' || size === fixed || size === -1;

/** The layout of an image's input: four dimensions, a batch of one or free, and three channels. */
const layoutOf = (input: Metadata | undefined): Layout | undefined => {
  if (input?.isTensor !== true || input.type !== 'float32') return undefined;
  const [batch, second, , fourth] = input.shape;
  if (input.shape.length !== 4 || !isFree(batch, 1)) return undefined;
  if (second === 3) return 'NCHW';
  return fourth === 3 ? 'NHWC' : undefined;
};

const givesClasses = (output: Metadata | undefined): boolean =>
  output?.isTensor === true &&
  output.type === 'float32' &&
  isFree(output.shape.at(-1), CLASS_COUNT);

/**
 * Loads an ONNX file into ONNX Runtime for a batch of one, without spinning threads: they would take processor time from
 * whatever else is measured on the machine.
 * @param threads - For the work within one operator.
 * @throws UnusableModel where the file is not an ImageNet classifier of images.
 */
export const openSession = async (file: string, threads: number): Promise<OpenSession> => {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Errors only: a model's unused initializers are not our user's concern.
      logSeverityLevel: 3,
      extra: {
        session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnusableModel(`${file} is not an ONNX model that ONNX Runtime loads: ${reason}`, {
      cause: error,
    });
  }
  const [input, ...otherInputs] = session.inputMetadata;
  const [output] = session.outputMetadata;
  const layout = layoutOf(input);
  if (input === undefined || layout === undefined || otherInputs.length > 0) {
    throw new UnusableModel(
      `${file} takes ${session.inputMetadata.map(describe).join('; ')}; ` +
        'a model for images takes one input float32 [1, 3, height, width] or [1, height, width, 3]',
    );
  }
  if (output === undefined || !givesClasses(output)) {
    throw new UnusableModel(
      `${file} gives ${describe(output)}; an ImageNet classifier gives float32 [1, ${CLASS_COUNT}]`,
    );
  }
  return {
    layout,
    async run(values, shape) {
      const results = await session.run({ [input.name]: new Tensor('float32', values, shape) }, [
        output.name,
      ]);
      const data = results[output.name]?.data;
      if (!(data instanceof Float32Array) || data.length !== CLASS_COUNT) {
        throw new Error(`the model gave ${String(data?.length)} values instead of ${CLASS_COUNT}`);
      }
      return data;
    },
    close: () => session.release(),
  };
};
