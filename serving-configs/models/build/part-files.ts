import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BuiltFile } from '../built-folder.ts';

/** A file of a part. Its path is relative to the output folder, with slashes. */
export interface PartFile extends BuiltFile {
  readonly path: string;
}

/** The SHA-256 of a file as hex, without reading the whole file into memory. */
export const hashFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

/** All files of a part, which is a file or a folder, sorted by path. */
export const filesOf = async (output: string, part: string): Promise<readonly PartFile[]> => {
  const partPath = path.join(output, part);
  const isFolder = (await stat(partPath)).isDirectory();
  const entries = isFolder
    ? await readdir(partPath, { recursive: true, withFileTypes: true })
    : undefined;
  const names = entries
    ?.filter((entry) => entry.isFile())
    .map((entry) => path.relative(output, path.join(entry.parentPath, entry.name))) ?? [part];
  const files: PartFile[] = [];
  for (const name of names.toSorted()) {
    const file = path.join(output, name);
    const { size } = await stat(file);
    files.push({
      path: name.split(path.sep).join('/'),
      sizeBytes: size,
      sha256: await hashFile(file),
    });
  }
  return files;
};

/** Whether all files exist with the recorded sizes and hashes. */
export const areWhole = async (output: string, files: readonly PartFile[]): Promise<boolean> => {
  for (const { path: name, sizeBytes, sha256 } of files) {
    const file = path.join(output, name);
    const size = await stat(file).then(
      (found) => found.size,
      () => undefined,
    );
    if (size !== sizeBytes || (await hashFile(file)) !== sha256) return false;
  }
  return files.length > 0;
};

/** Links the files of a part to another place, or copies them if the file system allows no hard links. */
export const linkFiles = async (
  output: string,
  files: readonly PartFile[],
  from: string,
  to: string,
): Promise<void> => {
  for (const { path: name } of files) {
    const source = path.join(output, name);
    const target = path.join(to, path.posix.relative(from, name));
    await mkdir(path.dirname(target), { recursive: true });
    await link(source, target).catch(() => copyFile(source, target));
  }
};

const READABLE_FOLDER = 0o755;
const READABLE_FILE = 0o644;

/** Makes files readable for every user, because containers run as other users. */
const makeReadable = async (partPath: string): Promise<void> => {
  const isFolder = (await stat(partPath)).isDirectory();
  await chmod(partPath, isFolder ? READABLE_FOLDER : READABLE_FILE);
  if (!isFolder) return;
  for (const name of await readdir(partPath)) await makeReadable(path.join(partPath, name));
};

/** Creates the folders between the output folder and a part, and lets every user enter them. */
const openFolders = async (output: string, folder: string): Promise<void> => {
  if (folder === output) return;
  await openFolders(output, path.dirname(folder));
  await mkdir(folder, { recursive: true });
  await chmod(folder, READABLE_FOLDER);
};

/**
 * Replaces a part by a newly built one that every user may read.
 *
 * @param part The path below the output folder, with slashes.
 */
export const putInPlace = async (made: string, output: string, part: string): Promise<void> => {
  const partPath = path.join(output, part);
  await makeReadable(made);
  await openFolders(path.resolve(output), path.dirname(path.resolve(partPath)));
  await rm(partPath, { recursive: true, force: true });
  await rename(made, partPath);
};
