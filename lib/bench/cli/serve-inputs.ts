import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { endpointOf, protocolsOf, type ServingName } from '../../../serving-configs/index.ts';
import { TENSORS, type Protocol } from '../../../serving-configs/manifest.ts';
import type { GivenModel } from '../../../serving-configs/models/model.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { Target } from '../model/measurement.ts';
import { refuseWithModel } from '../plan/tensor-plan.ts';
import { BenchError } from '../model/errors.ts';
import { readDataSet } from '../run/image-inputs.ts';
import { defaultImagesDir } from '../run/project-files.ts';
import { describeModel } from '../run/describe-model.ts';
import { prepareTensors } from '../run/tensor-inputs.ts';
import { readUserModel } from '../user-model/read-user-model.ts';
import { tensorTargetsOf } from '../user-model/tensor-targets.ts';
import type { UserModel } from '../user-model/user-model.ts';
import { PROTOCOL_WORDS } from '../wording/labels.ts';
import { usageError } from './command.ts';
import { assertClassifier, isDescription, type ModelOption } from './model-option.ts';

/** The model to serve: ResNet-50, perhaps from an ONNX file, or a user's, with what other programs know of it. */
type ModelToServe =
  | Extract<ModelOption, { readonly kind: 'resnet50' }>
  | (Extract<ModelOption, { readonly kind: 'described' }> & { readonly source: GivenModel });

/** What `serve` needs: a target, its model, and an example request. */
export interface ServeInputs {
  readonly target: Target;
  readonly imagesDir: string;
  readonly model: ModelToServe;
  /** File with the example request: an image, or a body with named tensors. */
  readonly request: string;
  /** Removes the temporary files. */
  readonly remove: () => Promise<void>;
}

interface ServeOptions {
  readonly serving: ServingName;
  readonly protocol: Protocol;
  readonly model?: string | undefined;
  readonly images?: string | undefined;
}

/** The serving with its default payload. @throws BenchError if it does not speak the protocol. */
const imageTarget = ({ serving, protocol }: ServeOptions): Target => {
  const endpoint = endpointOf(serving, protocol);
  if (endpoint === undefined) {
    throw usageError(
      `${serving} does not speak ${PROTOCOL_WORDS[protocol]}`,
      `leave --protocol out, or use ${protocolsOf(serving).join(', ')}`,
    );
  }
  const { payloads, defaultPayload: payload } = endpoint;
  return { serving, protocol, payload, encoding: payloads[payload]?.[0] ?? 'raw' };
};

/** @throws BenchError if the serving does not take the model over the protocol. */
const tensorTarget = ({ serving, protocol }: ServeOptions, model: UserModel): Target => {
  const { targets, leftOut } = tensorTargetsOf(model);
  const ofServing = targets.filter((target) => target.serving === serving);
  const match = ofServing.find((target) => target.protocol === protocol);
  if (match !== undefined) return { ...match, payload: TENSORS };
  const protocolWord = PROTOCOL_WORDS[protocol];
  const { reason = `it does not speak ${protocolWord}` } =
    leftOut.find(
      (target) => target.serving === serving && (target.protocol ?? protocol) === protocol,
    ) ?? {};
  const [alternative] = ofServing;
  throw new BenchError(
    'BENCH_NO_TARGET',
    `${serving} cannot take the model "${model.name}" over ${protocolWord}: ${reason}`,
    {
      hint:
        alternative === undefined
          ? `see what can take it: npx serving-compare validate --model ${shellWord(model.description)}`
          : `add --protocol ${alternative.protocol}`,
    },
  );
};

const prepareUserModel = async (
  options: ServeOptions,
  description: string,
  signal: AbortSignal,
): Promise<ServeInputs> => {
  if (options.images !== undefined) {
    refuseWithModel('--images cannot be used', 'give the folder in the description: inputs');
  }
  const user = await readUserModel(description, describeModel(signal));
  const target = tensorTarget(options, user);
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-serve-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { source, ...inputs } = await prepareTensors(folder, user, () => undefined, signal);
    return {
      target,
      imagesDir: defaultImagesDir,
      model: { kind: 'described', user, source },
      request: join(inputs.imagesDir, inputs.images[0]?.file ?? ''),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

/**
 * Checks what a command line asks `serve` to serve, and prepares an example request. For a user's model this writes temporary
 * files.
 *
 * @throws BenchError if model, images or protocol cannot be used.
 */
export const prepareServeInputs = async (
  options: ServeOptions,
  signal: AbortSignal,
): Promise<ServeInputs> => {
  const { model, images } = options;
  if (model !== undefined && isDescription(model)) return prepareUserModel(options, model, signal);
  const target = imageTarget(options);
  const imagesDir = resolve(images ?? defaultImagesDir);
  const [image] = await readDataSet(imagesDir);
  if (model !== undefined) await assertClassifier(model);
  return {
    target,
    imagesDir,
    model: { kind: 'resnet50', file: model && resolve(model) },
    request: join(imagesDir, image?.file ?? ''),
    remove: async () => undefined,
  };
};
