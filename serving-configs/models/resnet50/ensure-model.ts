import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Layout } from '../../manifest.ts';
import { ensureFolder, sha256Of, type BuiltFile } from '../built-folder.ts';
import { encodeOnnx } from '../onnx/onnx-file.ts';
import { graphOf } from './graphs.ts';
import { writeWeights } from './weights-file.ts';

/** The seed of the weights that the reference serving uses. */
const DEFAULT_SEED = 50;

/** Counts up when the same seed gives other weights or graphs, so that an old cache is not taken for a new one. */
const REVISION = 1;

export interface BuiltModel {
  /** The graph of each layout; both read the same weights. */
  readonly files: Readonly<Record<Layout, string>>;
  readonly sha256: string;
}

const LAYOUTS = ['NCHW', 'NHWC'] as const satisfies readonly Layout[];
const WEIGHTS_FILE = 'resnet50.weights';
const graphFile = (layout: Layout): string => `resnet50-${layout.toLowerCase()}.onnx`;

const buildInto = async (folder: string, seed: number): Promise<Record<string, BuiltFile>> => {
  const files: Record<string, BuiltFile> = {};
  for (const layout of LAYOUTS) {
    const graph = encodeOnnx(graphOf(layout, WEIGHTS_FILE, seed));
    await writeFile(path.join(folder, graphFile(layout)), graph);
    files[graphFile(layout)] = { sizeBytes: graph.length, sha256: sha256Of(graph) };
  }
  files[WEIGHTS_FILE] = await writeWeights(path.join(folder, WEIGHTS_FILE), seed);
  return files;
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
  const { sha256 } = await ensureFolder(folder, { seed }, (unfinished) =>
    buildInto(unfinished, seed),
  );
  return {
    files: {
      NCHW: path.join(folder, graphFile('NCHW')),
      NHWC: path.join(folder, graphFile('NHWC')),
    },
    sha256,
  };
};
