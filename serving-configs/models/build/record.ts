import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PartFile } from './part-files.ts';

export const RECORD_FILE = 'models.json';

/** A part that is there. */
export interface MadePart {
  readonly path: string;
  readonly what: string;
  readonly madeFrom: string;
  /** The program that made it, with its version, where that is not ours. */
  readonly by?: string;
  /** Of everything that decides what it is; another one, and it is made again. */
  readonly key: string;
  readonly files: readonly PartFile[];
}

/** A part that cannot be made here. */
export interface MissingPart {
  readonly path: string;
  readonly what: string;
  readonly reason: string;
}

/** What lies in an output folder. Holds no times and no absolute paths: the same weights give the same record. */
export interface BuildRecord {
  readonly weights: {
    /** As it is chosen. */
    readonly name: string;
    readonly title: string;
    readonly trained: boolean;
    readonly sha256: string;
  };
  readonly parts: readonly MadePart[];
  readonly notMade: readonly MissingPart[];
}

/** Empty where no run recorded anything, or its record cannot be read. */
const readRecord = async (output: string): Promise<Partial<BuildRecord>> => {
  try {
    return JSON.parse(await readFile(path.join(output, RECORD_FILE), 'utf8')) as BuildRecord;
  } catch {
    return {};
  }
};

/** The weights that an output folder was made from; undefined where no run recorded any. */
export const readMadeWeights = async (
  output: string,
): Promise<BuildRecord['weights'] | undefined> => (await readRecord(output)).weights;

/** The parts that an earlier run recorded. */
export const readMadeParts = async (output: string): Promise<readonly MadePart[]> =>
  (await readRecord(output)).parts ?? [];

/**
 * Replaces the record in one step, so that there is never half of one.
 * @param aside - A folder in which it is written first.
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
