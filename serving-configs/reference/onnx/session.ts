import { readFile } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { damageOfOnnx, damageOfShortFile, type Damage } from '../../models/onnx/damaged-files.ts';
import { externalFilesOf } from '../../models/onnx/read-onnx.ts';
import { messageOf, UsageError } from '../../options/usage-error.ts';
import { importOnnxRuntime } from './runtime.ts';

/** The file cannot be used as a model. The message names the file and the problem. */
export class UnusableModel extends UsageError {
  constructor(message: string, hint = 'give another ONNX file with --model', cause?: unknown) {
    super(message, hint, { cause });
  }
}

/** Plain words for the messages of ONNX Runtime. $1, $2 and $3 stand for the groups of the pattern. */
const PROBLEMS = [
  {
    pattern: /External data path does not exist: "([^"]+)"/,
    says: 'has its weights in $1, which does not exist',
    hint: 'put the file with the weights where the model looks for it',
  },
  {
    pattern:
      /(?:No Op registered for |Could not find an implementation for |Fatal error: )([\w.:-]+)(?=\(| with)/,
    says: 'has the operator $1, which ONNX Runtime lacks',
    hint: "export the model with ONNX's own operators, of an operator set that ONNX Runtime has",
  },
  {
    pattern: /Opset (\d+) is under development.*domain (\S+) is till opset (\d+)/,
    says: 'has opset $1 of $2, which is newer than this ONNX Runtime',
    hint: 'export the model again with opset $3 or below',
  },
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    says: 'has IR version $1, which is newer than this ONNX Runtime',
    hint: 'export the model again with IR version $2 or below',
  },
  {
    pattern: /No opset import for domain '([^']*)'/,
    says: 'uses operators of the domain "$1" without importing its opset',
    hint: 'export the model again, with an opset import for each domain',
  },
  {
    pattern: /Protobuf parsing failed|does not have a graph/,
    says: 'is not an ONNX file',
    hint: 'export the model as ONNX first',
  },
  {
    pattern: /path is a directory/,
    says: 'is a folder',
    hint: 'give the path of an ONNX file',
  },
  {
    pattern: /File doesn't exist/,
    says: 'does not exist',
    hint: 'give the path of an ONNX file',
  },
] as const;

/** The place in its sources that ONNX Runtime puts before a message. */
const PLACE_IN_SOURCES = /\S*\/onnxruntime\/core\/\S+ .*?\) (?=[A-Z])/;

/** The message of an error, which may have several lines, as one line. */
export const oneLine = (error: unknown): string => messageOf(error).replaceAll(/\s+/g, ' ').trim();

/** ONNX Runtime's message about weights in another file, which it does not name. */
const BEYOND_WEIGHTS =
  /External initializer: (.+) offset: (\d+) size to read: (\d+) given file_length/;

/** What is wrong with the file, or with one of its weights beside it, if ONNX Runtime does not say it in plain words. */
const damageOf = async (
  file: string,
  reason: string,
): Promise<(Damage & { readonly file: string }) | undefined> => {
  if (/Protobuf parsing failed|does not have a graph/.test(reason)) {
    const damage = damageOfOnnx(await readFile(file));
    return damage && { file, ...damage };
  }
  const [, tensor, offset, length] = BEYOND_WEIGHTS.exec(reason) ?? [];
  if (tensor === undefined) return undefined;
  const [weights = ''] = await externalFilesOf(file, tensor);
  const damage = await damageOfShortFile(weights, Number(offset) + Number(length));
  return damage && { file: weights, ...damage };
};

const unusable = async (file: string, error: unknown): Promise<UnusableModel> => {
  const reason = oneLine(error);
  const damage = await damageOf(file, reason);
  if (damage !== undefined) {
    return new UnusableModel(`${damage.file} ${damage.says}`, damage.hint, error);
  }
  for (const { pattern, says, hint } of PROBLEMS) {
    const match = pattern.exec(reason);
    if (match === null) continue;
    const filledIn = (text: string): string =>
      text.replaceAll(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '');
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
 * Loads an ONNX file into ONNX Runtime. Its threads do not spin, because that would take CPU time from everything else that is measured
 * on the machine.
 * @param threads - The number of threads for one operator.
 * @throws UnusableModel if the file cannot be loaded.
 */
export const createSession = async (file: string, threads: number): Promise<InferenceSession> => {
  const onnxRuntime = await importOnnxRuntime();
  try {
    return await onnxRuntime.InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Fatal messages only. Errors are thrown anyway, and warnings about unused initializers do not help our users.
      logSeverityLevel: 4,
      extra: {
        session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } },
      },
    });
  } catch (error) {
    throw await unusable(file, error);
  }
};
