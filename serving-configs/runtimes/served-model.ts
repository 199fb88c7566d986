import type { ModelContract, OwnManifest } from '../manifest.ts';
import { classifierInputs } from '../models/input/classifier.ts';
import { CLASS_COUNT } from '../models/labels.ts';
import { contractTensors } from '../models/tensors/contract-tensors.ts';
import type { TensorModel } from '../models/tensors/tensor-model.ts';

/** What computes behind a platform from packages: the network, or a fixed answer at once. */
export const VENV_ENGINES = ['onnx', 'noop'] as const;
export type VenvEngine = (typeof VENV_ENGINES)[number];

/** Where a container finds the models of its platform. */
export const MODELS_FOLDER = '/models';

/**
 * What a platform serves: the model of its manifest, or the user's model, under its own name where the protocol of the platform names
 * tensors.
 */
export const modelServed = (model: ModelContract, users?: TensorModel) => {
  const { name, layout, output, tensors } = model;
  return {
    name: users === undefined || tensors === undefined ? name : users.name,
    layout,
    output,
    images: classifierInputs,
    classes: CLASS_COUNT,
    ...contractTensors(model),
    ...(users && { inputs: users.inputs, outputs: users.outputs, example: users.example }),
  };
};

/** A manifest with another name of its model, wherever that is. */
export const withModelName = (manifest: OwnManifest, name: string): OwnManifest => {
  const { model, statistics, container } = manifest;
  const renamed = (text: string): string => text.replaceAll(model.name, name);
  const inPath = <Place extends { readonly path: string }>(place: Place): Place => ({
    ...place,
    path: renamed(place.path),
  });
  const [file, ...files] = container.models.files;
  return {
    ...manifest,
    model: { ...model, name },
    ...(statistics && { statistics: inPath(statistics) }),
    container: {
      ...container,
      command: container.command.map(renamed),
      models: { ...container.models, files: [renamed(file), ...files.map(renamed)] },
      ...(container.ready && { ready: inPath(container.ready) }),
    },
  };
};

/** What the Python side of our applications is told of its model, as the variable `SERVED_MODEL`; see `venv/python/served_model.py`. */
export const servedModel = (
  model: ReturnType<typeof modelServed>,
  how: {
    readonly file: string;
    readonly engine: VenvEngine;
    readonly threads: number;
    /** The file of the names of the classes, for who answers them. */
    readonly labels?: string;
    /** ONNX Runtime's names of what it computes with; one that it does not find ends the application. Default: the CPU. */
    readonly providers?: readonly string[];
  },
): string => JSON.stringify({ ...model, ...how });
