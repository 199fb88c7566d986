import path from 'node:path';
import type { ModelContract } from '../../manifest.ts';

/** What computes behind a platform: the network, or a fixed answer at once. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

const LABELS = path.resolve(import.meta.dirname, '..', '..', 'models', 'imagenet-labels.json');

/** What the Python side of every platform is told of its model, as the variable `SERVED_MODEL`; see `python/served_model.py`. */
export const servedModelVariable = (
  { name, family, layout, output, tensors }: ModelContract,
  {
    file,
    engine,
    threads,
  }: { readonly file: string; readonly engine: VenvEngine; readonly threads: number },
): string =>
  JSON.stringify({ name, family, layout, output, tensors, file, engine, threads, labels: LABELS });
