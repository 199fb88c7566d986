import { platformOf, type ServingName } from '../../../serving-configs/index.ts';
import { TENSORS } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../model/errors.ts';
import type { Target } from '../model/measurement.ts';
import type { AskedModel, LeftOut } from '../model/plan.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import { tensorTargetsOf, type TensorTargets } from '../model-file/model-targets.ts';
import type { IsPossible } from './build-targets.ts';
import { resolvePlanOptions } from './resolve-plan-options.ts';

const LIST_COMMAND =
  '"npx serving-compare validate --model FILE.yaml" lists the servings that can serve it';

/** What a model leaves of the options of a plan. */
export interface FittedOptions {
  /** The given options, with the requested servings and the payload, if the model decides on them. */
  readonly overrides: PlanOverrides;
  /** The requested servings that cannot serve the model, with reasons. */
  readonly leftOut: readonly LeftOut[];
  readonly isPossible: IsPossible;
}

/** @throws BenchError `BENCH_USAGE`: `what` is a clause that says what cannot be used "with a model of your own" */
export const refuseWithModel = (what: string, hint: string): never => {
  throw new BenchError('BENCH_USAGE', `${what} with a model of your own`, {
    hint: `${hint}; a model.yaml in this folder is used unless --model names another`,
  });
};

/** @throws BenchError `BENCH_USAGE` on options that cannot be combined with a user's model */
const assertUsable = ({ profile, payloads, loadGenerator }: PlanOverrides): void => {
  if (profile === 'study-rig') {
    refuseWithModel(
      'the profile study-rig repeats the study with its images, and cannot run',
      'use quick, full, slo, stability or soak',
    );
  }
  if (payloads !== undefined) {
    refuseWithModel(
      '--payloads cannot be used',
      'leave --payloads out: every serving gets the named tensors',
    );
  }
  if (loadGenerator === 'k6') {
    refuseWithModel(
      'k6 cannot send the load',
      'leave --load-generator out: the embedded one compares every value of an answer, for which the JavaScript of k6 is too slow',
    );
  }
};

/** Returns whether a target can serve a user's model. */
const takesTensors = (model: Pick<AskedModel, 'inputs' | 'outputs'>): IsPossible => {
  const { targets } = tensorTargetsOf(model);
  return (target) =>
    targets.some(
      ({ serving, protocol, encoding }) =>
        serving === target.serving && protocol === target.protocol && encoding === target.encoding,
    );
};

/** Whether a target has a requested protocol and encoding. */
const requestedBy = (overrides: PlanOverrides): ((target: Partial<Target>) => boolean) => {
  const { protocols, encodings } = resolvePlanOptions(overrides);
  return ({ protocol, encoding }) =>
    (protocol === undefined || protocols.includes(protocol)) &&
    (encoding === undefined || encodings === undefined || encodings.includes(encoding));
};

/** The servings that cannot serve a model over any requested protocol and encoding, with a remedy if there is one. */
const unableOf = (
  { encodings }: PlanOverrides,
  { targets, leftOut }: TensorTargets,
  isRequested: ReturnType<typeof requestedBy>,
): readonly LeftOut[] =>
  leftOut.filter(isRequested).flatMap(({ serving, reason }) => {
    const targetsOfServing = targets.filter((target) => target.serving === serving);
    if (targetsOfServing.some(isRequested)) return [];
    const [target] = targetsOfServing;
    if (target === undefined) return [{ serving, reason }];
    const encoding = encodings === undefined ? '' : ` --encodings ${target.encoding}`;
    const remedy = `it can serve the model with --protocols ${target.protocol}${encoding}`;
    return [{ serving, reason: `${reason}; ${remedy}` }];
  });

/**
 * Plans a user's model: leaves out the requested servings that cannot serve it.
 *
 * @param isStrict whether each serving was named, so that all of them must serve it
 * @param defaultServings the servings to use if none are given
 * @param closed servings that cannot serve it on the machines of the run
 * @throws BenchError on options that cannot be combined with it, if a named serving cannot serve it, or if none can
 */
export const planTensors = (
  overrides: PlanOverrides,
  isStrict: boolean,
  model: AskedModel,
  defaultServings: (targets: TensorTargets) => readonly ServingName[],
  closed: readonly LeftOut[],
): FittedOptions => {
  assertUsable(overrides);
  const tensorTargets = tensorTargetsOf(model);
  const { servings = defaultServings(tensorTargets) } = overrides;
  const isRequested = requestedBy(overrides);
  const unable = [...unableOf(overrides, tensorTargets, isRequested), ...closed];
  const isUnable = (serving: ServingName): boolean =>
    unable.some((entry) => entry.serving === serving);
  const leftOut = servings.flatMap(
    (serving) => unable.find((entry) => entry.serving === serving) ?? [],
  );
  const hasTarget = tensorTargets.targets.some(
    (target) =>
      servings.includes(target.serving) && !isUnable(target.serving) && isRequested(target),
  );
  const [first] = leftOut;
  if (first !== undefined && isStrict) {
    const alternative = defaultServings(tensorTargets).find(
      (serving) => platformOf(serving) === platformOf(first.serving) && !isUnable(serving),
    );
    throw new BenchError(
      'BENCH_NO_TARGET',
      `${first.serving} cannot serve the model "${model.name}": ${first.reason}`,
      {
        hint: `${alternative === undefined ? 'leave it out of --servings' : `use ${alternative} instead`}; ${LIST_COMMAND}`,
      },
    );
  }
  if (first !== undefined && !hasTarget) {
    throw new BenchError(
      'BENCH_NO_TARGET',
      `no serving can serve the model "${model.name}" with these options; ${first.serving} cannot, because ${first.reason}`,
      { hint: LIST_COMMAND },
    );
  }
  return {
    // Only the embedded load generator compares every value of an answer.
    overrides: { ...overrides, servings, payloads: [TENSORS], loadGenerator: 'embedded' },
    leftOut,
    isPossible: takesTensors(model),
  };
};
