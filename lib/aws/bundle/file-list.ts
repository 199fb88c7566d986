import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file to pack into an archive. */
export interface BundledFile {
  /** Path inside the archive, with slashes. */
  readonly name: string;
  /** Path on this machine. */
  readonly file: string;
}

/**
 * Lists all files below a folder, in an order that is the same on every machine.
 *
 * @param root the folder that names are relative to
 * @param start a folder or file below it
 * @param isIncluded called with the names of files and folders
 */
export const filesBelow = (
  root: string,
  start: string,
  isIncluded: (name: string) => boolean = () => true,
): readonly BundledFile[] => {
  const files: BundledFile[] = [];
  const visit = (name: string): void => {
    const file = path.join(root, name);
    if (statSync(file).isDirectory()) {
      for (const entry of readdirSync(file).toSorted()) {
        const entryName = name === '.' ? entry : path.posix.join(name, entry);
        if (isIncluded(entryName)) visit(entryName);
      }
    } else {
      files.push({ name, file });
    }
  };
  visit(start);
  return files;
};

export const sha256Of = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** SHA-256 (hex) over the names and contents of files. */
export const hashOf = (files: readonly BundledFile[]): string =>
  sha256Of(JSON.stringify(files.map(({ name, file }) => [name, sha256Of(readFileSync(file))])));
