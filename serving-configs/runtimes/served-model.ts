import path from 'node:path';
import type { ModelContract } from '../manifest.ts';

/** What computes behind a platform from packages: the network, or a fixed answer at once. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

/** The names of the classes, on this machine. */
export const LABELS = path.resolve(import.meta.dirname, '..', 'models', 'imagenet-labels.json');

/** What the Python side of our applications is told of its model, as the variable `SERVED_MODEL`; see `venv/python/served_model.py`. */
export const servedModel = (
  { name, family, layout, output, tensors }: ModelContract,
  how: {
    readonly file: string;
    readonly engine: VenvEngine;
    readonly threads: number;
    readonly labels: string;
    /** ONNX Runtime's names of what it computes with; one that it does not find ends the application. Default: the CPU. */
    readonly providers?: readonly string[];
  },
): string => JSON.stringify({ name, family, layout, output, tensors, ...how });
