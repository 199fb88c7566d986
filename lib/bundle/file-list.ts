import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file to pack. */
export interface PackedFile {
  /** Inside the archive, with slashes. */
  readonly name: string;
  /** On this machine. */
  readonly place: string;
  readonly isExecutable: boolean;
}

/**
 * All files below a folder, or the file itself, in an order that is the same on every machine.
 *
 * @param root what names are relative to
 * @param start a file or folder below it
 * @param takes whether a file or folder is wanted
 */
export const filesBelow = (
  root: string,
  start: string,
  takes: (name: string) => boolean = () => true,
): readonly PackedFile[] => {
  const found: PackedFile[] = [];
  const visit = (name: string): void => {
    const place = path.join(root, name);
    const stats = statSync(place);
    if (stats.isDirectory()) {
      for (const inner of readdirSync(place).toSorted()) {
        const innerName = name === '.' ? inner : path.posix.join(name, inner);
        if (takes(innerName)) visit(innerName);
      }
    } else {
      found.push({ name, place, isExecutable: (stats.mode & 0o100) !== 0 });
    }
  };
  visit(start);
  return found;
};

export const sha256Of = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** SHA-256 (hex) over names, modes and contents of files. */
export const hashOf = (files: readonly PackedFile[]): string =>
  sha256Of(
    JSON.stringify(
      files.map(({ name, place, isExecutable }) => [
        name,
        isExecutable,
        sha256Of(readFileSync(place)),
      ]),
    ),
  );
