import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpointOf, protocolsOf, type ServingName } from '../../../serving-configs/index.ts';
import { TENSORS, type Protocol } from '../../../serving-configs/manifest.ts';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';
import type { Target } from '../model/measurement.ts';
import type { RunSettings } from '../model/plan.ts';
import { BenchError } from '../model/errors.ts';
import { prepareRequests, type RunRequests } from '../run/inputs.ts';
import { tensorTargetsOf } from '../user-model/tensor-targets.ts';
import type { AnyModel } from '../user-model/user-model.ts';
import { PROTOCOL_WORDS } from '../wording/labels.ts';
import { usageError } from './command.ts';

/** What `serve` needs: a target, its model, and an example request. */
export interface ServeInputs extends Pick<RunRequests, 'dataSetDir' | 'source'> {
  readonly target: Target;
  readonly model: AnyModel;
  /** File with the example request: an image, or a body with named tensors. */
  readonly request: string;
  /** Removes the temporary files. */
  readonly remove: () => Promise<void>;
}

/** The options that decide what is served. */
export interface ServeOptions {
  readonly serving: ServingName;
  readonly protocol: Protocol;
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
const tensorTarget = ({ serving, protocol }: ServeOptions, model: AnyModel): Target => {
  const { targets: possible, leftOut } = tensorTargetsOf(model);
  const ofServing = possible.filter((target) => target.serving === serving);
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

const targets: Readonly<
  Record<AnyModel['kind'], (options: ServeOptions, model: AnyModel) => Target>
> = { built: imageTarget, given: tensorTarget };

/** The target that `serve` serves. @throws BenchError if the serving does not take the model over the protocol. */
export const serveTarget = (options: ServeOptions, model: AnyModel): Target =>
  targets[model.kind](options, model);

/**
 * Prepares an example request, perhaps in temporary files.
 *
 * @throws BenchError if the inputs or images cannot be used.
 */
export const prepareServeInputs = async (
  target: Target,
  model: AnyModel,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<ServeInputs> => {
  const folder = await mkdtemp(join(tmpdir(), 'serving-compare-serve-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const requests = await prepareRequests(folder, model, settings, signal);
    const { imagesDir, images, dataSetDir, source } = requests;
    const request = join(imagesDir, images[0]?.file ?? '');
    return { target, model, dataSetDir, source, request, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};
