import type { ModelContract } from '../manifest.ts';
import { classifierInputs } from '../models/input/classifier.ts';
import { CLASS_COUNT } from '../models/labels.ts';
import { MAX_BODY_BYTES, type Model } from '../models/model.ts';
import { servedModelOf } from '../models/served-model.ts';

/** The engines of a platform that runs from packages: ONNX Runtime, or a fixed answer without computing. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

/** The folder in a container with the models of its platform. */
export const MODELS_FOLDER = '/models';

/** The value of the variable `SERVED_MODEL`, which our Python applications read in `venv/python/served_model.py`. */
export const servedModel = (
  contract: ModelContract,
  model: Model,
  settings: {
    readonly file: string;
    readonly engine: VenvEngine;
    readonly threads: number;
    /** File with the class names, for platforms that answer them. */
    readonly labels?: string;
    /** ONNX Runtime's execution providers, the CPU by default. If one is not available, the application ends. */
    readonly providers?: readonly string[];
  },
): string =>
  JSON.stringify({
    ...servedModelOf(contract, model),
    layout: contract.layout,
    images: classifierInputs,
    classes: CLASS_COUNT,
    maxBodyBytes: MAX_BODY_BYTES[model.kind].request,
    example: model.example,
    ...settings,
  });
