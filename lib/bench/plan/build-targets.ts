import {
  endpointOf,
  protocolsOf,
  runningServerOf,
  type ServingName,
} from '../../../serving-configs/index.ts';
import { TENSORS, type Encoding, type Endpoint } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../model/errors.ts';
import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import { profiles } from './profiles.ts';

const encodingsFor = (
  endpoint: Endpoint,
  payload: Target['payload'],
  wanted: readonly Encoding[] | undefined,
  isPossible: (encoding: Encoding) => boolean,
): readonly Encoding[] => {
  const taken = payload === TENSORS ? endpoint.tensors : endpoint.payloads[payload];
  const known = taken?.filter(isPossible) ?? [];
  return wanted === undefined ? known.slice(0, 1) : known.filter((one) => wanted.includes(one));
};

/** Of a user's model only the tensors. */
const takenBy = (
  serving: ServingName,
  { payloads: asked }: PlanOptions,
  isPossible: IsPossible,
): string => {
  const endpoints = protocolsOf(serving).flatMap((protocol) => {
    const { payloads = {}, tensors = [] } = endpointOf(serving, protocol) ?? {};
    const taken = asked?.includes(TENSORS) ? { [TENSORS]: tensors } : payloads;
    const texts = Object.entries(taken).flatMap(([key, encodings]) => {
      const payload = key as Target['payload'];
      const own = encodings.filter((encoding) =>
        isPossible({ serving, protocol, payload, encoding }),
      );
      return own.length === 0 ? [] : [`${payload} (${own.join(', ')})`];
    });
    return texts.length === 0 ? [] : [`over ${protocol} ${texts.join(', ')}`];
  });
  return `${serving} takes ${endpoints.join('; ')}`;
};

const targetsOf = (serving: ServingName, options: PlanOptions, isPossible: IsPossible): Target[] =>
  // A server that runs already is asked as its address says.
  (runningServerOf(serving) === undefined ? options.protocols : protocolsOf(serving)).flatMap(
    (protocol) => {
      const endpoint = endpointOf(serving, protocol);
      if (endpoint === undefined) return [];
      const payloads = options.payloads ?? profiles[options.profile].payloadsOf(endpoint);
      return payloads.flatMap((payload) =>
        encodingsFor(endpoint, payload, options.encodings, (encoding) =>
          isPossible({ serving, protocol, payload, encoding }),
        ).map((encoding) => ({ serving, protocol, payload, encoding })),
      );
    },
  );

/** Whether a user's model can be asked like that. */
export type IsPossible = (target: Target) => boolean;

/**
 * The targets of a plan. A serving without a matching one is left out, unless servings were named.
 *
 * @param strict whether the servings were named one by one, so that each must take part
 * @throws BenchError if no target is left, or none of a serving that must take part.
 */
export const buildTargets = (
  options: PlanOptions,
  strict: boolean,
  isPossible: IsPossible = () => true,
): readonly Target[] => {
  const targets = options.servings.flatMap((serving) => {
    const own = targetsOf(serving, options, isPossible);
    if (own.length === 0 && strict) {
      throw new BenchError('BENCH_NO_TARGET', `no target of ${serving} matches these options`, {
        hint: takenBy(serving, options, isPossible),
      });
    }
    return own;
  });
  if (targets.length === 0) {
    throw new BenchError('BENCH_NO_TARGET', 'no serving has a target that matches these options', {
      hint: '"npx serving-compare servings" lists protocols, payloads and encodings',
    });
  }
  return targets;
};
