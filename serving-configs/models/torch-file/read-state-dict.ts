import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../options/usage-error.ts';
import { runProgram } from '../run-program.ts';
import { sizeOfShape } from '../tensors/tensor-spec.ts';

/** The weights in a file are not those of a network. The message says why. */
export class OtherWeights extends Error {
  override readonly name = 'OtherWeights';
}

/** A tensor of 32-bit floats. Values are in row-major order. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A file that `torch.save` wrote from a `state_dict()`, and the Python 3 that reads it, without PyTorch. */
export interface StateDict {
  readonly file: string;
  readonly python: string;
}

const SCRIPT = path.join(import.meta.dirname, '../state_dict.py');

/** Reads what the script wrote. */
const tensorsIn = (written: Buffer): ReadonlyMap<string, FloatTensor> => {
  let at = written.indexOf('\n') + 1;
  const names = JSON.parse(written.toString('utf8', 0, at)) as readonly (readonly [
    name: string,
    shape: readonly number[],
  ])[];
  return new Map(
    names.map(([name, shape]) => {
      const end = at + sizeOfShape(shape) * Float32Array.BYTES_PER_ELEMENT;
      // Copied, because the values may not be aligned to a multiple of their size.
      const { buffer } = new Uint8Array(written.subarray(at, end));
      at = end;
      return [name, { shape, values: new Float32Array(buffer) }];
    }),
  );
};

/**
 * Converts the tensors of 32-bit floats in a `state_dict`. Nothing in its file is executed.
 *
 * @param network - The network that the weights belong to, for messages.
 * @param hint - What users can do if the file does not contain them.
 * @param convert - Throws {@link OtherWeights} for the tensors of another network.
 * @throws UsageError if the file does not contain such weights, or there is no Python.
 */
export const convertStateDict = async <T>(
  { file, python }: StateDict,
  network: string,
  hint: string,
  convert: (tensors: ReadonlyMap<string, FloatTensor>) => T,
): Promise<T> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'state-dict-'));
  try {
    const output = path.join(folder, 'tensors');
    const problem = await runProgram(python, ['-I', SCRIPT, file, output], {
      hint: 'install Python 3, which reads weights of PyTorch; or give weights that need none: random, or a file in ONNX',
    });
    if (problem !== '') throw new OtherWeights(problem.trim());
    return convert(tensorsIn(await readFile(output)));
  } catch (error) {
    if (!(error instanceof OtherWeights)) throw error;
    const name = path.basename(file);
    throw new UsageError(`${name} holds no weights of ${network}: ${error.message}`, hint, {
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
