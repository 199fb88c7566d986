import { randomUUID } from 'node:crypto';
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

/** A part that cannot be built on this machine. */
export interface MissingPart {
  readonly path: string;
  readonly what: string;
  readonly reason: string;
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
  readonly notMade: readonly MissingPart[];
}

/** The record of an output folder; empty if there is none, or it cannot be read. */
const readRecord = async (output: string): Promise<Partial<BuildRecord>> => {
  try {
    return JSON.parse(await readFile(path.join(output, RECORD_FILE), 'utf8')) as BuildRecord;
  } catch {
    return {};
  }
};

/** The weights from which an output folder was built; undefined if there is no record. */
export const readMadeWeights = async (
  output: string,
): Promise<BuildRecord['weights'] | undefined> => (await readRecord(output)).weights;

/** The parts that earlier runs built. */
export const readMadeParts = async (output: string): Promise<readonly MadePart[]> =>
  (await readRecord(output)).parts ?? [];

/**
 * Replaces the record atomically.
 * @param aside - A folder on the same file system for the unfinished record.
 */
export const writeRecord = async (
  output: string,
  record: BuildRecord,
  aside: string,
): Promise<void> => {
  const unfinished = path.join(aside, randomUUID());
  await writeFile(unfinished, `${JSON.stringify(record, null, 2)}\n`);
  await rename(unfinished, path.join(output, RECORD_FILE));
};
