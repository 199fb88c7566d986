import { InferenceSession } from 'onnxruntime-node';
import { UsageError } from '../../options/usage-error.ts';

/** Says that a file cannot be used as the model. The message names the file and what is wrong with it. */
export class UnusableModel extends UsageError {
  constructor(message: string, hint = 'pass another ONNX file with --model', cause?: unknown) {
    super(message, hint, { cause });
  }
}

/** Faults by what ONNX Runtime says of them; $1 and $2 stand for what is found in it. */
const FAULTS = [
  {
    words: /External data path does not exist: "([^"]+)"/,
    says: 'has its weights in $1, which does not exist',
    hint: 'put the file with the weights where the model looks for it',
  },
  {
    words:
      /(?:No Op registered for |Could not find an implementation for |Fatal error: )([\w.:-]+)(?=\(| with)/,
    says: 'has the operator $1, which ONNX Runtime lacks',
    hint: "export the model with ONNX's own operators, of an operator set that ONNX Runtime has",
  },
  {
    words: /Opset (\d+) is under development.*domain (\S+) is till opset (\d+)/,
    says: 'has opset $1 of $2, which is newer than this ONNX Runtime',
    hint: 'export the model again with opset $3 or below',
  },
  {
    words: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    says: 'has IR version $1, which is newer than this ONNX Runtime',
    hint: 'export the model again with IR version $2 or below',
  },
  {
    words: /No opset import for domain '([^']*)'/,
    says: 'uses operators of the domain "$1" without importing its opset',
    hint: 'export the model again, with an opset import for each domain',
  },
  {
    words: /Protobuf parsing failed|does not have a graph/,
    says: 'is not an ONNX file',
    hint: 'export the model as ONNX first',
  },
  {
    words: /path is a directory/,
    says: 'is a folder',
    hint: 'pass the path of an ONNX file',
  },
  {
    words: /File doesn't exist/,
    says: 'does not exist',
    hint: 'pass the path of an ONNX file',
  },
] as const;

/** Where in its sources ONNX Runtime says something. */
const PLACE_IN_SOURCES = /\S*\/onnxruntime\/core\/\S+ .*?\) (?=[A-Z])/;

/** What ONNX Runtime says, which may be several lines. */
export const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();

const unusable = (file: string, error: unknown): UnusableModel => {
  const reason = oneLine(error);
  for (const { words, says, hint } of FAULTS) {
    const found = words.exec(reason);
    if (found === null) continue;
    const filledIn = (text: string): string =>
      text.replaceAll(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '');
    return new UnusableModel(`${file} ${filledIn(says)}`, filledIn(hint), error);
  }
  const why = reason.replace(/^Load model from .* failed:/, '').replace(PLACE_IN_SOURCES, '');
  return new UnusableModel(
    `${file} is not an ONNX model that ONNX Runtime loads: ${why}`,
    undefined,
    error,
  );
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
