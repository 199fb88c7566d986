import { InferenceSession } from 'onnxruntime-node';

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
