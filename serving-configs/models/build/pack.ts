import { copyFile, link, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PackedModel } from '../../manifest.ts';
import { writeZip } from './zip-file.ts';

/** What is in a pack. */
export interface PackContents extends Pick<PackedModel, 'as' | 'model'> {
  /** Beside the model: files below `serving-configs/` by their paths in the pack. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes a model in one piece with the code that computes with it. The same files give the same bytes.
 * @param modelFile - The model, which is not copied where the file system allows a second name.
 * @param codeFolder - What the other files are below.
 */
export const writePack = async (
  target: string,
  { as, model, files }: PackContents,
  modelFile: string,
  codeFolder: string,
): Promise<void> => {
  const code = Object.entries(files).map(
    ([inside, file]) => [inside, path.join(codeFolder, file)] as const,
  );
  if (as === 'zip') {
    const members = [...code, [model, modelFile] as const];
    await writeZip(
      target,
      members.map(([name, file]) => ({ name, read: () => readFile(file) })),
    );
    return;
  }
  const place = async (inside: string): Promise<string> => {
    const file = path.join(target, inside);
    await mkdir(path.dirname(file), { recursive: true });
    return file;
  };
  for (const [inside, file] of code) await copyFile(file, await place(inside));
  const placed = await place(model);
  await link(modelFile, placed).catch(() => copyFile(modelFile, placed));
};
