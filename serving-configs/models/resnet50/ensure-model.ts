import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Layout } from '../../manifest.ts';
import { graphOf } from './graphs.ts';
import { encodeOnnx } from './onnx-file.ts';
import { writeWeights } from './weights-file.ts';

/** The seed of the weights that the reference serving uses. */
const DEFAULT_SEED = 50;

/** Counts up when the same seed gives other weights or graphs, so that an old cache is not taken for a new one. */
const REVISION = 1;

/** What lies beside the built files. */
interface ModelRecord {
  readonly seed: number;
  /** Over all files, in the order of their names. */
  readonly sha256: string;
  readonly files: Readonly<Record<string, { readonly sizeBytes: number; readonly sha256: string }>>;
}

export interface BuiltModel {
  /** The graph of each layout; both read the same weights. */
  readonly files: Readonly<Record<Layout, string>>;
  readonly sha256: string;
}

const LAYOUTS = ['NCHW', 'NHWC'] as const satisfies readonly Layout[];
const RECORD_FILE = 'model.json';
const WEIGHTS_FILE = 'resnet50.weights';
const graphFile = (layout: Layout): string => `resnet50-${layout.toLowerCase()}.onnx`;
const sha256 = (data: Uint8Array | string): string =>
  createHash('sha256').update(data).digest('hex');

/** The record of a folder that holds all files in their full size; `undefined` otherwise. */
const readRecord = async (folder: string): Promise<ModelRecord | undefined> => {
  try {
    const record = JSON.parse(
      await readFile(path.join(folder, RECORD_FILE), 'utf8'),
    ) as ModelRecord;
    for (const [name, { sizeBytes }] of Object.entries(record.files)) {
      if ((await stat(path.join(folder, name))).size !== sizeBytes) return undefined;
    }
    return record;
  } catch {
    return undefined;
  }
};

const buildInto = async (folder: string, seed: number): Promise<void> => {
  const files: Record<string, { sizeBytes: number; sha256: string }> = {};
  for (const layout of LAYOUTS) {
    const graph = encodeOnnx(graphOf(layout, WEIGHTS_FILE, seed));
    await writeFile(path.join(folder, graphFile(layout)), graph);
    files[graphFile(layout)] = { sizeBytes: graph.length, sha256: sha256(graph) };
  }
  files[WEIGHTS_FILE] = await writeWeights(path.join(folder, WEIGHTS_FILE), seed);
  const all = Object.keys(files)
    .toSorted()
    .map((name) => `${name} ${files[name]?.sha256}\n`)
    .join('');
  const record: ModelRecord = { seed, sha256: sha256(all), files };
  await writeFile(path.join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
};

/**
 * Gives the ResNet-50 with seeded weights and builds it where it is missing: two small graphs and one file of 102 MB,
 * in a folder of their own that appears complete or not at all, so that several processes may call this at once.
 * @param cacheFolder - The folder that may be deleted at any time; usually `.cache`.
 * @throws Error of the file system, e.g. ENOSPC.
 */
export const ensureModel = async (
  cacheFolder: string,
  seed: number = DEFAULT_SEED,
): Promise<BuiltModel> => {
  const folder = path.join(cacheFolder, 'models', `resnet50-v${REVISION}-seed${seed}`);
  let record = await readRecord(folder);
  if (record === undefined) {
    const unfinished = `${folder}.${randomUUID()}.unfinished`;
    await mkdir(unfinished, { recursive: true });
    await sweep(path.dirname(folder));
    try {
      await buildInto(unfinished, seed);
      await moveInto(folder, unfinished);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    record = await readRecord(folder);
    if (record === undefined) throw new Error(`could not build the model in ${folder}`);
  }
  return {
    files: {
      NCHW: path.join(folder, graphFile('NCHW')),
      NHWC: path.join(folder, graphFile('NHWC')),
    },
    sha256: record.sha256,
  };
};

/** A build takes seconds; what is unfinished after this time was killed. */
const ABANDONED_MS = 10 * 60_000;

/** Removes what killed processes left behind. */
const sweep = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.unfinished')) continue;
    const left = path.join(folder, name);
    const { mtimeMs } = await stat(left).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(left, { recursive: true, force: true });
  }
};

/** Renames the built folder to its final name, unless another process has put a whole one there. */
const moveInto = async (folder: string, built: string): Promise<void> => {
  try {
    await rename(built, folder);
  } catch (error) {
    if ((await readRecord(folder)) !== undefined) return;
    // What lies there is damaged or not a folder: out of the way, by its own atomic rename.
    const damaged = `${built}.damaged`;
    await rename(folder, damaged).catch(() => undefined);
    await rm(damaged, { recursive: true, force: true });
    await rename(built, folder).catch((second: unknown) => {
      throw new Error(`could not move the model to ${folder}: ${String(second)}`, { cause: error });
    });
  }
};
