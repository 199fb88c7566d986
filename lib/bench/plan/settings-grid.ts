import {
  ownManifestOf,
  RESNET50,
  servingTitle,
  type ServingName,
} from '../../../serving-configs/index.ts';
import {
  hasBatches,
  hasSetting,
  SETTING_NAMES,
  SINGLE,
  type GivenSettings,
  type SettingKey,
  type NoSetting,
  type SettingName,
  type Settings,
} from '../../../serving-configs/settings.ts';
import type { TensorSpec } from '../../../serving-configs/models/tensors/tensor-spec.ts';
import { errorOf } from '../model-file/model-errors.ts';
import type { Target } from '../model/measurement.ts';
import type { AskedModel, PlanHost, SettingLeftOut } from '../model/plan.ts';
import type { PlanOptions, SettingsGrid } from '../model/plan-options.ts';
import { usualSettings } from './tuning.ts';

/** The file of settings is wrong, or no serving can be configured like that. */
export const settingsError = errorOf('BENCH_SETTINGS');

/** The values of a setting in a grid. */
const valuesOf = (grid: SettingsGrid, setting: SettingName): readonly number[] => [
  ...new Set(grid[setting] ?? [SINGLE[setting]]),
];

/** A serving with its model and what it runs on, which decide on the settings that it has. */
type Configurable = Pick<PlanHost, 'runtime'> &
  Pick<AskedModel, 'kind'> & { readonly serving: ServingName };

/** How a serving has a setting. A simulated server has all, whatever it simulates. */
const entryOf = (
  { serving, runtime, kind }: Configurable,
  setting: SettingName,
): SettingKey | NoSetting => {
  if (runtime === 'simulated') return { key: setting, default: String(SINGLE[setting]) };
  const { settings, venv, container } = ownManifestOf(serving, RESNET50);
  if (runtime === 'venv') {
    return 'real' in venv && !venv.real
      ? { none: 'its stand-in has no settings' }
      : settings[setting];
  }
  const { singleImages } = container.models;
  return kind === 'built' && setting === 'maxBatch' && singleImages !== undefined
    ? { none: singleImages }
    : settings[setting];
};

/** The values of a setting that a serving can have, and those that it cannot. */
const splitValues = (
  target: Configurable,
  setting: SettingName,
  values: readonly number[],
): { readonly possible: readonly number[]; readonly leftOut: readonly SettingLeftOut[] } => {
  const { serving } = target;
  const entry = entryOf(target, setting);
  const { [setting]: usual } = SINGLE;
  const least = hasSetting(entry) ? (entry.least ?? usual) : undefined;
  const isPossible = (value: number): boolean =>
    least === undefined ? value === usual : value >= least;
  const impossible = values.filter((value) => !isPossible(value));
  const reason = hasSetting(entry) ? `it takes no less than ${least}` : entry.none;
  return {
    possible: values.filter(isPossible),
    leftOut: impossible.length === 0 ? [] : [{ serving, setting, values: impossible, reason }],
  };
};

/** All combinations of values. A delay only applies to batches. */
const combinations = (
  values: Readonly<Record<SettingName, readonly number[]>>,
): readonly GivenSettings[] =>
  values.instances.flatMap((instances) =>
    values.threads.flatMap((threads) =>
      values.maxBatch.flatMap((maxBatch) =>
        (maxBatch === 1 ? [SINGLE.batchDelayMs] : values.batchDelayMs).map((batchDelayMs) => ({
          instances,
          threads,
          maxBatch,
          batchDelayMs,
        })),
      ),
    ),
  );

/** The settings of a serving in a grid, and those that it cannot have. */
const settingsOf = (
  grid: SettingsGrid,
  target: Configurable,
): { readonly settings: readonly Settings[]; readonly leftOut: readonly SettingLeftOut[] } => {
  const split = SETTING_NAMES.map(
    (setting) => [setting, splitValues(target, setting, valuesOf(grid, setting))] as const,
  );
  const leftOut = split.flatMap(([, part]) => part.leftOut);
  const possible = Object.fromEntries(
    split.map(([setting, part]) => [
      setting,
      part.possible.length === 0 ? [SINGLE[setting]] : part.possible,
    ]),
  ) as Record<SettingName, readonly number[]>;
  const given = combinations(possible);
  return { settings: grid.default === true ? ['default', ...given] : given, leftOut };
};

/** The settings that a search tries: those of the grid, or the usual ones, and always the defaults of the product. */
const settingsToTune = (
  grid: SettingsGrid | undefined,
  target: Configurable,
  cores: number,
  { canBatch, isDelay }: { readonly canBatch: boolean; readonly isDelay: boolean },
): { readonly settings: readonly Settings[]; readonly leftOut: readonly SettingLeftOut[] } => {
  if (grid !== undefined) return settingsOf({ ...grid, default: true }, target);
  const isPossible = (settings: GivenSettings): boolean =>
    (canBatch || settings.maxBatch === 1) &&
    // What only waits has no threads.
    (!isDelay || settings.threads === SINGLE.threads) &&
    SETTING_NAMES.every((name) => {
      const entry = entryOf(target, name);
      if (settings[name] === SINGLE[name]) return true;
      return hasSetting(entry) && settings[name] >= (entry.least ?? SINGLE[name]);
    });
  return { settings: ['default', ...usualSettings(cores).filter(isPossible)], leftOut: [] };
};

/** Whether a model computes batches. */
const takesBatches = ({ inputs }: Pick<AskedModel, 'inputs'>): boolean =>
  inputs.every(({ shape }) => shape[0] === -1);

/** Whether a target has batches by its settings. */
export const someBatch = (targets: readonly Target[]): boolean =>
  targets.some(({ settings = SINGLE }) => hasBatches(settings));

/** @throws BenchError `BENCH_SETTINGS` if a batch cannot be computed, because the model takes one input at a time */
export const assertTakesBatches = (inputs: readonly Pick<TensorSpec, 'name' | 'shape'>[]): void => {
  const fixed = inputs.find(({ shape }) => shape[0] !== -1);
  if (fixed === undefined) return;
  throw settingsError(
    `maxBatch needs a model with a free first dimension, but "${fixed.name}" has the shape [${fixed.shape.join(', ')}]`,
    'leave maxBatch out, or export the model with a dynamic batch size',
  );
};

/** @throws BenchError `BENCH_SETTINGS` if no serving has a requested setting */
const assertSomeHave = (
  grid: SettingsGrid,
  servings: readonly ServingName[],
  leftOut: readonly SettingLeftOut[],
): void => {
  for (const setting of SETTING_NAMES) {
    const without = leftOut.filter((entry) => entry.setting === setting);
    const asked = valuesOf(grid, setting).filter((value) => value !== SINGLE[setting]);
    const isPossible = (value: number): boolean =>
      without.filter(({ values }) => values.includes(value)).length < servings.length;
    if (asked.length === 0 || asked.some(isPossible)) continue;
    const reasons = without.map(({ serving, reason }) => `${servingTitle(serving)}: ${reason}`);
    throw settingsError(
      `no chosen serving can have ${setting} ${asked.join(', ')}`,
      `leave ${setting} out, or choose other --servings; ${reasons.join('; ')}`,
    );
  }
};

/** What decides on the settings of a plan. */
export interface SettingsRequest extends Pick<PlanHost, 'runtime'> {
  readonly grid: SettingsGrid | undefined;
  /** What a search measures instead of a grid, besides the defaults. */
  readonly candidates?: PlanOptions['candidates'];
  readonly model: Pick<AskedModel, 'kind' | 'inputs'>;
  /** Whether it waits instead of computing, with inputs of any size. */
  readonly isDelay: boolean;
  /** Whether the best settings are searched, on this number of cores. */
  readonly tunedCores: number | undefined;
}

/**
 * The targets of a plan with their settings: for each target, those of the grid that its serving can have.
 *
 * @throws BenchError `BENCH_SETTINGS` if no serving, or not the model, can have a requested setting
 */
export const withSettings = (
  targets: readonly Target[],
  { grid, candidates, model, runtime, isDelay, tunedCores }: SettingsRequest,
): { readonly targets: readonly Target[]; readonly leftOut: readonly SettingLeftOut[] } => {
  if (grid === undefined && tunedCores === undefined) return { targets, leftOut: [] };
  if (!isDelay && grid?.maxBatch?.some((value) => value > 1) === true) {
    assertTakesBatches(model.inputs);
  }
  const servings = [...new Set(targets.map(({ serving }) => serving))];
  const settingsFor = (serving: ServingName): ReturnType<typeof settingsOf> => {
    const target = { serving, runtime, kind: model.kind };
    if (candidates !== undefined) {
      const named = candidates.flatMap((of) =>
        of.serving === serving && of.settings !== 'default' ? [of.settings] : [],
      );
      return { settings: ['default', ...named], leftOut: [] };
    }
    if (tunedCores === undefined) return settingsOf(grid ?? {}, target);
    const can = { canBatch: isDelay || takesBatches(model), isDelay };
    return settingsToTune(grid, target, tunedCores, can);
  };
  const ofServing = new Map(servings.map((serving) => [serving, settingsFor(serving)]));
  const leftOut = [...ofServing.values()].flatMap((entry) => entry.leftOut);
  if (grid !== undefined) assertSomeHave(grid, servings, leftOut);
  return {
    targets: targets.flatMap((target) =>
      (ofServing.get(target.serving)?.settings ?? []).map((settings) => ({ ...target, settings })),
    ),
    leftOut,
  };
};
