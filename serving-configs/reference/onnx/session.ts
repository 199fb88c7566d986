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
  /** What to do about it, where that is known. */
  readonly hint: string | undefined;

  constructor(message: string, { hint, cause }: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause });
    this.hint = hint;
  }
}

/** Faults by what ONNX Runtime says of them, and in it which operator or file it means. */
const FAULTS = [
  {
    words: /External data path does not exist: "([^"]+)"/,
    says: (path?: string) => `has its weights in ${path}, which does not exist`,
    hint: 'put the file with the weights where the model looks for it',
  },
  {
    words:
      /(?:No Op registered for |Could not find an implementation for |Fatal error: )([\w.:-]+)(?=\(| with)/,
    says: (operator?: string) => `has the operator ${operator}, which ONNX Runtime lacks`,
    hint: "export the model with ONNX's own operators, of an operator set that ONNX Runtime has",
  },
  {
    words: /Protobuf parsing failed|does not have a graph/,
    says: () => 'is no ONNX file',
    hint: 'export the model as ONNX first',
  },
  {
    words: /File doesn't exist/,
    says: () => 'does not exist',
    hint: 'pass the path of an ONNX file',
  },
] as const;

/** What ONNX Runtime says, which may be several lines. */
export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();

const unusable = (file: string, error: unknown): UnusableModel => {
  const reason = oneLine(error);
  for (const { words, says, hint } of FAULTS) {
    const found = words.exec(reason);
    if (found !== null)
      return new UnusableModel(`${file} ${says(found[1])}`, { hint, cause: error });
  }
  return new UnusableModel(`${file} is not an ONNX model that ONNX Runtime loads: ${reason}`, {
    cause: error,
  });
};

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
 * Loads an ONNX file into ONNX Runtime, without spinning threads: they would take processor time from whatever else is measured on
 * the machine.
 * @param threads - For the work within one operator.
 * @throws UnusableModel where it cannot be loaded.
 */
export const createSession = async (file: string, threads: number): Promise<InferenceSession> => {
  try {
    return await InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Nothing: a model's unused initializers are not our user's concern, and what is an error is thrown too.
      logSeverityLevel: 4,
      extra: {
        session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } },
      },
    });
  } catch (error) {
    throw unusable(file, error);
  }
};

/**
 * Loads a classifier for a batch of one, as {@link createSession} does.
 * @throws UnusableModel where the file is no classifier of images with as many classes.
 */
export const openSession = async (file: string, threads: number): Promise<OpenSession> => {
  const session = await createSession(file, threads);
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
      `${file} gives ${describe(output)}; the classifier gives float32 [1, ${CLASS_COUNT}]`,
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
