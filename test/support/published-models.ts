import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureFolder, sha256Of } from '../../serving-configs/models/built-folder.ts';
import { withWheels } from '../../serving-configs/models/lite0/ensure-lite0.ts';

/** Files in the wheels by their name here. */
const FILES = {
  'file-types.onnx': 'magika/models/standard_v3_3/model.onnx',
  'file-types.json': 'magika/models/standard_v3_3/config.min.json',
  'text-detector.onnx': 'rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx',
} as const;

/** Used even if the servings under test have another cache. */
const CACHE = path.join(import.meta.dirname, '../../.cache/models');

const REQUIREMENTS = path.join(import.meta.dirname, 'published-models.txt');

/**
 * Provides models made by others: magika's, which detects file types, with its settings, and RapidOCR's, which finds text in images.
 * Downloads 18 MB if they are missing.
 *
 * @throws UsageError if the download fails
 */
export const ensurePublishedModels = async () => {
  const wheels = sha256Of(await readFile(REQUIREMENTS));
  const folder = path.join(CACHE, `published-${wheels.slice(0, 12)}`);
  await ensureFolder(folder, { wheels }, (unfinished) =>
    withWheels('python3', REQUIREMENTS, async (unpacked) => {
      const copied = Object.entries(FILES).map(async ([name, inWheel]) => {
        await cp(path.join(unpacked, inWheel), path.join(unfinished, name));
        const bytes = await readFile(path.join(unfinished, name));
        return [name, { sizeBytes: bytes.length, sha256: sha256Of(bytes) }] as const;
      });
      return Object.fromEntries(await Promise.all(copied));
    }),
  );
  const { target_labels_space: fileTypes } = JSON.parse(
    await readFile(path.join(folder, 'file-types.json'), 'utf8'),
  ) as { readonly target_labels_space: readonly string[] };
  return {
    fileTypeModel: path.join(folder, 'file-types.onnx'),
    fileTypes,
    textDetector: path.join(folder, 'text-detector.onnx'),
  };
};
