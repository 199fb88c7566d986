import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { runKeys } from '../../aws/contract/run-keys.ts';
import { BenchError } from '../model/errors.ts';
import { mapLimited } from './map-limited.ts';
import { formatBytes } from '../wording/format-number.ts';
import type { EmitRunEvent } from '../run/run-event.ts';
import { writeTensorInputs } from '../run/tensor-inputs.ts';
import { meanOf } from '../stats/moments.ts';
import { hashed } from '../model-file/model-files.ts';
import { mapOtherFormats, type HashedFile, type UserModel } from '../model-file/described-model.ts';
import type { Aws } from './clients.ts';
import { downloadPrefix } from './download-prefix.ts';
import { putObject } from './s3-objects.ts';

interface PackedFile extends HashedFile {
  /** Path relative to the model's folder on a node, with slashes. */
  readonly name: string;
  readonly bytes: number;
}

/** A user's model on the operator's machine, with everything that nodes need to serve and check it. */
export interface PackedModel {
  readonly files: readonly PackedFile[];
  /** Content of the checksum file, as `sha256sum` writes it. */
  readonly sums: string;
  /** SHA-256 of the checksum file, which identifies the model. */
  readonly sumsSha256: string;
  /** Mean size of an answer. */
  readonly answerBytes: number;
}

const SUMS = 'SHA256SUMS';
const SUM_LINE = /^([0-9a-f]{64}) {2}(.*)$/;
const CONCURRENT_FILES = 4;
/** The largest file that `readFile` of Node.js accepts. */
const MAX_BYTES = 2 ** 31 - 1;

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const sizeOf = async (file: string): Promise<number> => {
  const { size } = await stat(file);
  if (size <= MAX_BYTES) return size;
  throw new BenchError(
    'BENCH_MODEL_FILE',
    `${file} has ${formatBytes(size)}; files for the nodes may have at most 2 GiB`,
    { hint: 'split its external data into smaller files, or use one machine: --on local' },
  );
};

/**
 * Computes the correct answers on this machine, and collects the files that nodes need.
 *
 * @param folder where requests, answers and the description are written
 * @throws BenchError if the inputs or the model cannot be used.
 */
export const packModel = async (
  folder: string,
  user: UserModel,
  emit: EmitRunEvent,
  signal: AbortSignal,
): Promise<PackedModel> => {
  const { onnx, weights } = user;
  const onNode = {
    onnx: `onnx/${path.basename(onnx.file)}`,
    ...mapOtherFormats(user, ({ modelPath }, format) => `${format}/${path.basename(modelPath)}`),
  };
  await writeTensorInputs(folder, user, emit, signal, [], onNode);
  const written = await readdir(folder, { recursive: true, withFileTypes: true });
  const sources = [
    ...written
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => ({ to: '', from: folder, file: path.join(parentPath, name) })),
    ...[onnx, ...weights].map(({ file }) => ({ to: 'onnx', from: path.dirname(onnx.file), file })),
    ...Object.entries(user.otherFormats).flatMap(([to, { modelPath, files: formatFiles }]) =>
      formatFiles.map(({ file }) => ({ to, from: path.dirname(modelPath), file })),
    ),
  ];
  const files = await mapLimited(
    sources,
    CONCURRENT_FILES,
    async ({ to, from, file }): Promise<PackedFile> => {
      const name = path.posix.join(to, ...path.relative(from, file).split(path.sep));
      return { name, bytes: await sizeOf(file), ...(await hashed(file)) };
    },
  );
  const sums = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
  const answers = files.filter(({ name }) => name.startsWith('answers/'));
  return {
    files,
    sums,
    sumsSha256: sha256Of(sums),
    answerBytes: meanOf(answers.map(({ bytes }) => bytes)),
  };
};

/** Uploads a model to the bucket, below its run; the checksum file comes last. */
export const sendModel = async (
  aws: Aws,
  bucket: string,
  runId: string,
  { files, sums }: PackedModel,
  signal: AbortSignal,
): Promise<void> => {
  const prefix = runKeys.model(runId);
  await mapLimited(files, CONCURRENT_FILES, async ({ name, file }) => {
    signal.throwIfAborted();
    await putObject(aws, bucket, `${prefix}${name}`, await readFile(file));
  });
  await putObject(aws, bucket, `${prefix}${SUMS}`, sums);
};

/**
 * Downloads the model of a run into a folder.
 *
 * @throws BenchError if it is not the model that was sent.
 */
export const receiveModel = async (
  aws: Aws,
  { bucket, runId }: { readonly bucket: string; readonly runId: string },
  folder: string,
  sumsSha256: string,
  signal: AbortSignal,
): Promise<void> => {
  await downloadPrefix(aws, { bucket, prefix: runKeys.model(runId) }, folder, { signal });
  const hasRightSums = async (): Promise<boolean> => {
    const sums = await readFile(path.join(folder, SUMS), 'utf8');
    if (sha256Of(sums) !== sumsSha256) return false;
    const matches = await mapLimited(sums.trimEnd().split('\n'), CONCURRENT_FILES, async (line) => {
      const [, hash, name = ''] = SUM_LINE.exec(line) ?? [];
      return (await hashed(path.join(folder, name))).sha256 === hash;
    });
    return matches.every(Boolean);
  };
  // A missing file is a wrong model, too.
  if (await hasRightSums().catch(() => false)) return;
  throw new BenchError(
    'BENCH_NO_MODEL',
    `the model of ${runId} in the bucket is not the one that was sent`,
    { hint: 'start a new run, which sends it again' },
  );
};
