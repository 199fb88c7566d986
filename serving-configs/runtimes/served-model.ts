import type { ModelContract } from '../manifest.ts';
import { CLASSIFIER, MAX_BODY_BYTES, type Model } from '../models/model.ts';
import { servedModelOf } from '../models/served-model.ts';
import type { Settings } from '../settings.ts';

/** The engines of a platform that runs from packages: ONNX Runtime, or a fixed answer without computing. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

/** The folder in a container with the models of its platform. */
export const MODELS_FOLDER = '/models';

/** The value of the variable `SERVED_MODEL`, which our Python applications read in `venv/python/served_model.py`. */
export const servedModel = (
  contract: ModelContract,
  model: Model,
  facts: {
    readonly file: string;
    readonly engine: VenvEngine;
    readonly settings: Settings;
    /** File with the class names in a container. */
    readonly labels?: string;
    /** ONNX Runtime's execution providers, the CPU by default. If one is not available, the application ends. */
    readonly providers?: readonly string[];
  },
): string => {
  const { answers, ...served } = servedModelOf(contract, model);
  // They read these even if they answer tensors.
  const { images, labels } = model.kind === 'built' ? model : CLASSIFIER;
  return JSON.stringify({
    ...served,
    // The names of the classes are in a file.
    answers: { ...answers, labels: undefined },
    layout: contract.layout,
    images,
    labels: labels.file,
    classes: labels.names.length,
    maxBodyBytes: MAX_BODY_BYTES[model.kind].request,
    example: model.example,
    ...facts,
  });
};
