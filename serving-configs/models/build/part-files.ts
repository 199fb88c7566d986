import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
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

/** The path of a file, or of all files in a folder, sorted. */
const pathsBelow = async (fileOrFolder: string): Promise<readonly string[]> => {
  if (!(await stat(fileOrFolder)).isDirectory()) return [fileOrFolder];
  const entries = await readdir(fileOrFolder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
};

/** All files of a part, which is a file or a folder. */
export const filesOf = async (output: string, part: string): Promise<readonly PartFile[]> => {
  const files: PartFile[] = [];
  for (const file of await pathsBelow(path.join(output, part))) {
    const { size: sizeBytes } = await stat(file);
    const name = path.relative(output, file).split(path.sep).join('/');
    files.push({ path: name, sizeBytes, sha256: await hashFile(file) });
  }
  return files;
};

/** Whether all files exist with the recorded sizes and hashes. */
export const areWhole = async (output: string, files: readonly PartFile[]): Promise<boolean> => {
  for (const { path: name, sizeBytes, sha256 } of files) {
    const file = path.join(output, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.size !== sizeBytes || (await hashFile(file)) !== sha256) return false;
  }
  return files.length > 0;
};

/** Links a file, or all files of a folder, to another path. Copies them if the file system allows no hard links. */
export const linkFiles = async (from: string, to: string): Promise<void> => {
  for (const source of await pathsBelow(from)) {
    const target = path.join(to, path.relative(from, source));
    await mkdir(path.dirname(target), { recursive: true });
    await link(source, target).catch(() => copyFile(source, target));
  }
};

/** Copies the content of a file, but not its permissions: those of a source file may exclude the user of a container. */
export const copyContent = async (from: string, to: string): Promise<void> => {
  await mkdir(path.dirname(to), { recursive: true });
  await writeFile(to, await readFile(from));
};
