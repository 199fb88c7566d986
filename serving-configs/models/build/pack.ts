import { copyFile, link, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { PackedModel } from '../../manifest.ts';

/** What is in a pack. */
export interface PackContents extends Pick<PackedModel, 'model'> {
  /** Beside the model: files below `serving-configs/` by their paths in the pack. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes a folder with a model and the code that computes with it.
 * @param modelFile - The model, which is not copied where the file system allows a second name.
 * @param codeFolder - What the other files are below.
 */
export const writePack = async (
  target: string,
  { model, files }: PackContents,
  modelFile: string,
  codeFolder: string,
): Promise<void> => {
  const place = async (inside: string): Promise<string> => {
    const file = path.join(target, inside);
    await mkdir(path.dirname(file), { recursive: true });
    return file;
  };
  for (const [inside, file] of Object.entries(files)) {
    await copyFile(path.join(codeFolder, file), await place(inside));
  }
  const placed = await place(model);
  await link(modelFile, placed).catch(() => copyFile(modelFile, placed));
};
