import { copyFile, link, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { PackedModel } from '../../manifest.ts';

/** The contents of a folder with a model and its code. */
export interface PackContents extends Pick<PackedModel, 'model'> {
  /** The other files: paths below `serving-configs/`, by their paths in the folder. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes a folder with a model and the code that runs it.
 * @param modelFile - The model. It gets a hard link, or a copy if the file system allows no link.
 * @param codeFolder - The folder that contains the other files.
 */
export const writePack = async (
  target: string,
  { model, files }: PackContents,
  modelFile: string,
  codeFolder: string,
): Promise<void> => {
  const preparePath = async (inside: string): Promise<string> => {
    const file = path.join(target, inside);
    await mkdir(path.dirname(file), { recursive: true });
    return file;
  };
  for (const [inside, file] of Object.entries(files)) {
    await copyFile(path.join(codeFolder, file), await preparePath(inside));
  }
  const packedModel = await preparePath(model);
  await link(modelFile, packedModel).catch(() => copyFile(modelFile, packedModel));
};
