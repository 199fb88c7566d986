import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PartFile } from './part-files.ts';

export const RECORD_FILE = 'models.json';

/** A part that has been built. */
export interface MadePart {
  readonly path: string;
  readonly what: string;
  readonly madeFrom: string;
  /** The tool that built it, with its version; absent if we built it. */
  readonly by?: string;
  /** A hash of everything that determines its content. The part is built again if the key changes. */
  readonly key: string;
  readonly files: readonly PartFile[];
}

/** The contents of an output folder. It has no times and no absolute paths, so equal weights give equal records. */
export interface BuildRecord {
  readonly weights: {
    /** The name of the weights in the cache. */
    readonly name: string;
    readonly title: string;
    readonly trained: boolean;
    readonly sha256: string;
  };
  readonly parts: readonly MadePart[];
}

/** The record of an output folder; undefined if there is none, or it cannot be read. */
export const readRecord = async (output: string): Promise<BuildRecord | undefined> => {
  try {
    return JSON.parse(await readFile(path.join(output, RECORD_FILE), 'utf8')) as BuildRecord;
  } catch {
    return undefined;
  }
};

/**
 * Replaces the record atomically.
 * @param aside - A folder on the same file system for the unfinished record.
 */
export const writeRecord = async (
  output: string,
  record: BuildRecord,
  aside: string,
): Promise<void> => {
  const unfinished = path.join(aside, RECORD_FILE);
  await writeFile(unfinished, `${JSON.stringify(record, null, 2)}\n`);
  await rename(unfinished, path.join(output, RECORD_FILE));
};
