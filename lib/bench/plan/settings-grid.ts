import {
  ownManifestOf,
  RESNET50,
  servingTitle,
  type ServingName,
} from '../../../serving-configs/index.ts';
import {
  GIVEN_PRECISION,
  hasBatches,
  hasSetting,
  precisionOf,
  SETTING_NAMES,
  SINGLE,
  type GivenSettings,
  type SettingKey,
  type NoSetting,
  type SettingName,
  type Settings,
} from '../../../serving-configs/settings.ts';
import type { TensorSpec } from '../../../serving-configs/models/tensors/tensor-spec.ts';
import { errorOf, nameHint } from '../model-file/model-errors.ts';
import type { Target } from '../model/measurement.ts';
import type { AskedModel, PlanHost, SettingLeftOut } from '../model/plan.ts';
import type { PlanOptions, SettingsGrid } from '../model/plan-options.ts';
import { usualSettings } from './tuning.ts';

/** The file of settings is wrong, or no serving can be configured like that. */
export const settingsError = errorOf('BENCH_SETTINGS');

/** The values for one serving. */
type OwnGrid = Omit<SettingsGrid, 'only'>;

/** The values for a serving: those for all, and those for it alone in their place. */
const gridOf = ({ only = {}, ...all }: SettingsGrid, serving: ServingName): OwnGrid => ({
  ...all,
  ...only[serving],
});

/** The values of a setting in a grid. */
const valuesOf = (grid: OwnGrid, setting: SettingName): readonly number[] => [
  ...new Set(grid[setting] ?? [SINGLE[setting]]),
];

/** A serving with its model and what it runs on, which decide on the settings that it has. */
type Configurable = Pick<SettingsRequest, 'runtime' | 'readsOnnx'> &
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

/** The lowest value of a setting. A serving without it has only that of {@link SINGLE}. */
const leastOf = (entry: SettingKey | NoSetting, setting: SettingName): number =>
  hasSetting(entry) ? (entry.least ?? SINGLE[setting]) : SINGLE[setting];

/** The values of a setting that a serving has of a grid, the lowest if it can have none of them, and those that it cannot have. */
const splitValues = (
  target: Configurable,
  setting: SettingName,
  grid: OwnGrid,
): { readonly possible: readonly number[]; readonly leftOut: readonly SettingLeftOut[] } => {
  const { serving } = target;
  const entry = entryOf(target, setting);
  const least = leastOf(entry, setting);
  if (grid[setting] === undefined) return { possible: [least], leftOut: [] };
  const values = valuesOf(grid, setting);
  const isPossible = (value: number): boolean =>
    hasSetting(entry) ? value >= least : value === least;
  const possible = values.filter(isPossible);
  const impossible = values.filter((value) => !isPossible(value));
  const reason = hasSetting(entry) ? `it takes no less than ${least}` : entry.none;
  return {
    possible: possible.length === 0 ? [least] : possible,
    leftOut: impossible.length === 0 ? [] : [{ serving, setting, values: impossible, reason }],
  };
};

/** A serving cannot have another precision of a model if its container does not read the ONNX file. */
const reasonAgainstPrecision = ({
  serving,
  runtime,
  readsOnnx,
}: Configurable): string | undefined =>
  runtime === 'docker' && !readsOnnx(serving) ? 'its container reads no ONNX file' : undefined;

/** The precisions of a grid that a serving can have, undefined for the model itself, and those that it cannot. */
const splitPrecisions = (
  { precision = [GIVEN_PRECISION] }: OwnGrid,
  target: Configurable,
): {
  readonly possible: readonly (string | undefined)[];
  readonly leftOut: readonly SettingLeftOut[];
} => {
  const { serving } = target;
  const all = [...new Set(precision)].map((name) => (name === GIVEN_PRECISION ? undefined : name));
  const reason = reasonAgainstPrecision(target);
  const values = all.flatMap((name) => name ?? []);
  return reason === undefined || values.length === 0
    ? { possible: all, leftOut: [] }
    : { possible: [undefined], leftOut: [{ serving, setting: 'precision', values, reason }] };
};

/** Settings with each of the precisions. */
const inPrecisions = (
  settings: readonly GivenSettings[],
  precisions: readonly (string | undefined)[],
): readonly GivenSettings[] =>
  precisions.flatMap((precision) =>
    precision === undefined ? settings : settings.map((of) => ({ ...of, precision })),
  );

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

/** The settings of a serving, and those that it cannot have. */
interface ConfiguredTarget {
  readonly settings: readonly Settings[];
  readonly leftOut: readonly SettingLeftOut[];
}

/** The settings of a serving in a grid, and those that it cannot have. */
const settingsOf = (grid: OwnGrid, target: Configurable): ConfiguredTarget => {
  const split = SETTING_NAMES.map(
    (setting) => [setting, splitValues(target, setting, grid)] as const,
  );
  const precisions = splitPrecisions(grid, target);
  const leftOut = [...split.flatMap(([, part]) => part.leftOut), ...precisions.leftOut];
  const possible = Object.fromEntries(
    split.map(([setting, part]) => [setting, part.possible]),
  ) as Record<SettingName, readonly number[]>;
  const given = inPrecisions(combinations(possible), precisions.possible);
  return { settings: grid.default === true ? ['default', ...given] : given, leftOut };
};

/** The settings that a search tries: those of the grid, or the usual ones if it names only precisions, and always the defaults of the product. */
const settingsToTune = (
  grid: OwnGrid,
  target: Configurable,
  cores: number,
  { canBatch, isDelay }: { readonly canBatch: boolean; readonly isDelay: boolean },
): ConfiguredTarget => {
  if (SETTING_NAMES.some((name) => grid[name] !== undefined)) {
    return settingsOf({ ...grid, default: true }, target);
  }
  const isPossible = (settings: GivenSettings): boolean =>
    (canBatch || settings.maxBatch === 1) &&
    // What only waits has no threads.
    (!isDelay || settings.threads === SINGLE.threads) &&
    SETTING_NAMES.every((name) => {
      const entry = entryOf(target, name);
      if (settings[name] === SINGLE[name]) return true;
      return hasSetting(entry) && settings[name] >= leastOf(entry, name);
    });
  const { possible: precisions, leftOut } = splitPrecisions(grid, target);
  const leastMs = leastOf(entryOf(target, 'batchDelayMs'), 'batchDelayMs');
  const usual = usualSettings(cores)
    .filter(isPossible)
    // Without a delay, some servers form no batches.
    .map((of) =>
      hasBatches(of) ? { ...of, batchDelayMs: Math.max(leastMs, of.batchDelayMs) } : of,
    );
  return { settings: ['default', ...inPrecisions(usual, precisions)], leftOut };
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
    const asks = servings.flatMap((serving) =>
      valuesOf(gridOf(grid, serving), setting)
        .filter((value) => value !== SINGLE[setting])
        .map((value) => ({ serving, value })),
    );
    const isPossible = ({ serving, value }: (typeof asks)[number]): boolean =>
      !without.some((entry) => entry.serving === serving && entry.values.includes(value));
    if (asks.length === 0 || asks.some(isPossible)) continue;
    const asked = [...new Set(asks.map(({ value }) => value))];
    const reasons = without.map(({ serving, reason }) => `${servingTitle(serving)}: ${reason}`);
    throw settingsError(
      `no chosen serving can have ${setting} ${asked.join(', ')}`,
      `leave ${setting} out, or choose other --servings; ${reasons.join('; ')}`,
    );
  }
};

/** @throws BenchError `BENCH_SETTINGS` if values are given for a serving that is not measured */
const assertMeasured = ({ only = {} }: SettingsGrid, servings: readonly ServingName[]): void => {
  const other = Object.keys(only).find((name) => !servings.some((serving) => serving === name));
  if (other === undefined) return;
  throw settingsError(`only.${other}: no such serving is measured`, nameHint(other, servings));
};

/** @throws BenchError `BENCH_SETTINGS` if the model has no such precision, or nothing computes it */
const assertPrecisions = (
  names: readonly string[],
  { model: { precisions = {} }, isDelay, runtime }: SettingsRequest,
): void => {
  const [first] = names;
  if (first === undefined) return;
  if (runtime === 'container') {
    throw settingsError(
      `the precision ${first} cannot be measured on node pairs`,
      'leave precision out, or run on one machine: --runtime docker',
    );
  }
  if (isDelay) {
    throw settingsError(
      `the precision ${first} needs a model, and these servers only wait`,
      'leave precision out, or measure real servers: --runtime venv',
    );
  }
  const other = names.find((name) => !Object.hasOwn(precisions, name));
  if (other === undefined) return;
  const known = Object.keys(precisions);
  throw settingsError(
    `the model has no precision ${other}`,
    known.length === 0
      ? `name its ONNX file in the description of the model: model.precisions.${other}`
      : nameHint(other, [...known, GIVEN_PRECISION]),
  );
};

/** What decides on the settings of a plan. */
export interface SettingsRequest extends Pick<PlanHost, 'runtime'> {
  readonly grid: SettingsGrid | undefined;
  /** What a search measures instead of a grid, besides the defaults. */
  readonly candidates?: PlanOptions['candidates'];
  readonly model: Pick<AskedModel, 'kind' | 'inputs' | 'precisions'>;
  /** Whether the container of a serving reads the ONNX file of a model. */
  readonly readsOnnx: (serving: ServingName) => boolean;
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
  request: SettingsRequest,
): { readonly targets: readonly Target[]; readonly leftOut: readonly SettingLeftOut[] } => {
  const { candidates, model, runtime, readsOnnx, isDelay, tunedCores } = request;
  if (request.grid === undefined && tunedCores === undefined) return { targets, leftOut: [] };
  const { grid = {} } = request;
  const servings = [...new Set(targets.map(({ serving }) => serving))];
  assertMeasured(grid, servings);
  const grids = servings.map((serving) => gridOf(grid, serving));
  if (!isDelay && grids.some(({ maxBatch = [] }) => maxBatch.some((value) => value > 1))) {
    assertTakesBatches(model.inputs);
  }
  const settingsFor = (serving: ServingName): ConfiguredTarget => {
    const target = { serving, runtime, readsOnnx, kind: model.kind };
    if (candidates !== undefined) {
      const named = candidates.flatMap((of) =>
        of.serving === serving && of.settings !== 'default' ? [of.settings] : [],
      );
      return { settings: ['default', ...named], leftOut: [] };
    }
    const own = gridOf(grid, serving);
    if (tunedCores === undefined) return settingsOf(own, target);
    const can = { canBatch: isDelay || takesBatches(model), isDelay };
    return settingsToTune(own, target, tunedCores, can);
  };
  const ofServing = new Map(servings.map((serving) => [serving, settingsFor(serving)]));
  const leftOut = [...ofServing.values()].flatMap((entry) => entry.leftOut);
  assertSomeHave(grid, servings, leftOut);
  const precisions = [...ofServing.values()].flatMap(({ settings }) =>
    settings.flatMap((of) => precisionOf(of) ?? []),
  );
  assertPrecisions(precisions, request);
  return {
    targets: targets.flatMap((target) =>
      (ofServing.get(target.serving)?.settings ?? []).map((settings) => ({ ...target, settings })),
    ),
    leftOut,
  };
};
