import { platformOf, type ServingName } from '../../../serving-configs/index.ts';
import { TENSORS } from '../../../serving-configs/manifest.ts';
import { BenchError } from '../model/errors.ts';
import type { Target } from '../model/measurement.ts';
import type { LeftOut, PlannedModel } from '../model/plan.ts';
import type { PlanOverrides } from '../model/plan-options.ts';
import { tensorTargetsOf, type TensorTargets } from '../user-model/tensor-targets.ts';
import { eachOther, type UserModel } from '../user-model/user-model.ts';
import type { IsPossible } from './build-targets.ts';
import { areServingsNamed, resolvePlanOptions } from './plan-options.ts';

type UsersTensors = NonNullable<PlannedModel['tensors']>;

/** What a plan holds of a user's model. */
export const plannedTensors = (user: UserModel): UsersTensors => {
  const { name, inputs, outputs, checks } = user;
  const others = eachOther(user, ({ sha256 }) => sha256);
  return { name, inputs, outputs, checks, ...(Object.keys(others).length > 0 && { others }) };
};

/** What a user's model makes of what was asked for. */
export interface TensorPlan {
  /** The given options, with the payload and the servings to measure. */
  readonly overrides: PlanOverrides & Required<Pick<PlanOverrides, 'servings'>>;
  /** Of these, the servings that take the model. */
  readonly able: readonly ServingName[];
  readonly leftOut: readonly LeftOut[];
  readonly isPossible: IsPossible;
}

/** @throws BenchError on options that a user's model cannot have. */
export const refuseWithModel = (what: string, hint: string): never => {
  throw new BenchError('BENCH_USAGE', `${what} with a model of your own`, {
    hint: `${hint}; a model.yaml in this folder is used unless --model names another`,
  });
};

/** @throws BenchError on options that a user's model cannot have. */
const assertPossible = ({ profile, payloads, loadGenerator }: PlanOverrides): void => {
  if (profile === 'parity') {
    refuseWithModel(
      'the profile parity repeats the study with its images, and cannot run',
      'use quick, full, slo, stability or soak',
    );
  }
  if (payloads !== undefined) {
    refuseWithModel(
      '--payloads cannot be used',
      'leave it out: every serving gets the named tensors',
    );
  }
  if (loadGenerator === 'k6') {
    refuseWithModel(
      'k6, whose JavaScript is too slow to compare every value of an answer, cannot send the load',
      'leave --load-generator out: the embedded one compares every value',
    );
  }
};

/** Whether a user's model can be asked like that. */
export const takesTensors = (tensors: Pick<UsersTensors, 'inputs' | 'outputs'>): IsPossible => {
  const { targets } = tensorTargetsOf(tensors);
  return (target) =>
    targets.some(
      ({ serving, protocol, encoding }) =>
        serving === target.serving && protocol === target.protocol && encoding === target.encoding,
    );
};

/** Whether a target is one of the ways that are asked for. */
const askedBy = (overrides: PlanOverrides): ((way: Partial<Target>) => boolean) => {
  const { protocols, encodings } = resolvePlanOptions(overrides);
  return ({ protocol, encoding }) =>
    (protocol === undefined || protocols.includes(protocol)) &&
    (encoding === undefined || encodings === undefined || encodings.includes(encoding));
};

/** The servings that take nothing of a model in the ways that are asked for, and how they take it. */
const refusedOf = (
  { encodings }: PlanOverrides,
  { targets, leftOut }: TensorTargets,
  isAsked: ReturnType<typeof askedBy>,
): readonly LeftOut[] =>
  leftOut.filter(isAsked).flatMap(({ serving, reason }) => {
    const own = targets.filter((one) => one.serving === serving);
    if (own.some(isAsked)) return [];
    const [way] = own;
    if (way === undefined) return [{ serving, reason }];
    const encoding = encodings === undefined ? '' : ` --encodings ${way.encoding}`;
    const remedy = `it takes the model with --protocols ${way.protocol}${encoding}`;
    return [{ serving, reason: `${reason}; ${remedy}` }];
  });

/**
 * What can be planned of a user's model.
 *
 * @param usual the servings that are meant where none is named
 * @param closed servings that do not take it where they run
 * @throws BenchError on options that it cannot have, or if a serving that must take part does not take it, or none does.
 */
export const planTensors = (
  overrides: PlanOverrides,
  tensors: UsersTensors,
  usual: (taken: TensorTargets) => readonly ServingName[],
  closed: readonly LeftOut[] = [],
): TensorPlan => {
  assertPossible(overrides);
  const taken = tensorTargetsOf(tensors);
  const { servings = usual(taken) } = overrides;
  const isAsked = askedBy(overrides);
  const refused = [...refusedOf(overrides, taken, isAsked), ...closed];
  const leftOut = servings.flatMap((one) => refused.find(({ serving }) => serving === one) ?? []);
  const able = servings.filter((one) => !leftOut.some(({ serving }) => serving === one));
  const isTaken = taken.targets.some((one) => able.includes(one.serving) && isAsked(one));
  const [unable] = leftOut;
  if (unable !== undefined && areServingsNamed(overrides)) {
    const other = usual(taken).find(
      (one) =>
        platformOf(one) === platformOf(unable.serving) &&
        !refused.some(({ serving }) => serving === one),
    );
    throw new BenchError(
      'BENCH_NO_TARGET',
      `${unable.serving} cannot take ${tensors.name}: ${unable.reason}`,
      {
        hint: `${other === undefined ? 'leave it out of --servings' : `use ${other} instead`}; npx serving-compare validate --model FILE.yaml lists what can take it`,
      },
    );
  }
  if (unable !== undefined && !isTaken) {
    throw new BenchError(
      'BENCH_NO_TARGET',
      `no serving can take ${tensors.name} with these options, such as ${unable.serving}: ${unable.reason}`,
      { hint: 'npx serving-compare validate --model FILE.yaml lists what can take it' },
    );
  }
  return {
    overrides: { ...overrides, servings, payloads: [TENSORS] },
    able,
    leftOut,
    isPossible: takesTensors(tensors),
  };
};
