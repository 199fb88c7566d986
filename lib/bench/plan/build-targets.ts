import { endpointOf, idOf, protocolsOf, type Serving } from '../../../serving-configs/index.ts';
import { TENSORS, type Encoding, type Endpoint } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../model/errors.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { profiles } from './profiles.ts';
import { PROTOCOL_WORDS } from '../wording/labels.ts';

const encodingsFor = (
  endpoint: Endpoint,
  payload: Target['payload'],
  requested: readonly Encoding[] | undefined,
  isPossible: (encoding: Encoding) => boolean,
): readonly Encoding[] => {
  const accepted = payload === TENSORS ? endpoint.tensors : endpoint.payloads[payload];
  const possible = accepted?.filter(isPossible) ?? [];
  return requested === undefined
    ? possible.slice(0, 1)
    : possible.filter((encoding) => requested.includes(encoding));
};

/** The options of targets. Their servings may be running servers, too. */
interface TargetOptions extends Omit<PlanOptions, 'servings'> {
  readonly servings: readonly Serving[];
}

/** What a serving accepts, in words; for a user's model only its tensors. */
const acceptedText = (
  known: Serving,
  { payloads: requested }: TargetOptions,
  isPossible: IsPossible,
): string => {
  const serving = idOf(known);
  const endpoints = protocolsOf(known).flatMap((protocol) => {
    const { payloads = {}, tensors = [] } = endpointOf(known, protocol) ?? {};
    const accepted = requested?.includes(TENSORS) ? { [TENSORS]: tensors } : payloads;
    const texts = Object.entries(accepted).flatMap(([key, encodings]) => {
      const payload = key as Target['payload'];
      const possible = encodings.filter((encoding) =>
        isPossible({ serving, protocol, payload, encoding }),
      );
      return possible.length === 0 ? [] : [`${payload} (${possible.join(', ')})`];
    });
    return texts.length === 0 ? [] : [`over ${PROTOCOL_WORDS[protocol]}: ${texts.join(', ')}`];
  });
  return `${serving} accepts ${endpoints.join('; ')}`;
};

const targetsOf = (known: Serving, options: TargetOptions, isPossible: IsPossible): Target[] => {
  const serving = idOf(known);
  // A running server is reached by the protocol of its URL.
  const protocols = typeof known === 'string' ? options.protocols : protocolsOf(known);
  return protocols.flatMap((protocol) => {
    const endpoint = endpointOf(known, protocol);
    if (endpoint === undefined) return [];
    const payloads = options.payloads ?? profiles[options.profile].payloadsOf(endpoint);
    return payloads.flatMap((payload) =>
      encodingsFor(endpoint, payload, options.encodings, (encoding) =>
        isPossible({ serving, protocol, payload, encoding }),
      ).map((encoding) => ({ serving, protocol, payload, encoding })),
    );
  });
};

/** Whether a target can serve a user's model. */
export type IsPossible = (target: Target) => boolean;

/**
 * Builds the targets of a plan.
 *
 * @param strict whether the user named the servings, so that each must have a target; others are left out
 * @throws BenchError `BENCH_NO_TARGET` if there is no target, or none for a serving that must have one
 */
export const buildTargets = (
  options: TargetOptions,
  strict: boolean,
  isPossible: IsPossible = () => true,
): readonly Target[] => {
  const targets = options.servings.flatMap((serving) => {
    const matching = targetsOf(serving, options, isPossible);
    if (matching.length === 0 && strict) {
      throw new BenchError(
        'BENCH_NO_TARGET',
        `no target of ${idOf(serving)} matches these options`,
        {
          hint: acceptedText(serving, options, isPossible),
        },
      );
    }
    return matching;
  });
  if (targets.length === 0) {
    throw new BenchError('BENCH_NO_TARGET', 'no serving has a target that matches these options', {
      hint: '"npx serving-compare servings" lists protocols, payloads and encodings',
    });
  }
  return targets;
};
