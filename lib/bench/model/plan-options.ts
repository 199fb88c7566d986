import { ENCODINGS, PROTOCOLS } from '../../../serving-configs/manifest.ts';
import {
  GIVEN_PRECISION,
  SETTING_LIMITS,
  SETTING_NAMES,
  settingsSchema,
  type SettingName,
} from '../../../serving-configs/settings.ts';
import {
  array,
  boolean,
  described,
  dictionary,
  number,
  object,
  oneOf,
  optional,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { FAULTS } from './fault.ts';
import {
  engineSchema,
  levelSchema,
  scenarioSchema,
  servingNameSchema,
  targetSchema,
} from './measurement.ts';

/** Their values are in `plan/profiles.ts`. */
export const PROFILE_NAMES = [
  'quick',
  'replicate-2021',
  'study-rig',
  'full',
  'slo',
  'tune',
  'many',
  'stability',
  'soak',
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** The load generator of this project, or k6, an external program. */
export const LOAD_GENERATORS = ['embedded', 'k6'] as const;
export type LoadGenerator = (typeof LOAD_GENERATORS)[number];

/** The repeats in which no-op limits are measured. */
export const NOOP_LIMITS = ['each', 'once', 'none'] as const;

export const middlewareSettingsSchema = object(
  {
    processes: number('Regardless of the number of cores.'),
    restTimeoutMs: number('Timeout of an exchange with a serving over REST.'),
    blockingServings: array(
      servingNameSchema,
      'Called by a client that blocks its process: it decodes, sends and awaits one request at a time.',
    ),
    channelPerCallServings: array(
      servingNameSchema,
      'Called over a new gRPC connection for each call.',
    ),
    imagesDrawnBy: oneOf(
      ['client', 'middleware'],
      'Who chooses the image of each request: the load generator, which sends it, or the middleware, from its own folder.',
    ),
  },
  'Settings of the middleware that a profile changes. Their variables are in the README of `middleware/`.',
);
export interface MiddlewareSettings extends Static<typeof middlewareSettingsSchema> {}

/** The keys of a grid that hold values. */
export const LISTED_SETTINGS = [...SETTING_NAMES, 'precision'] as const;
export type ListedSetting = (typeof LISTED_SETTINGS)[number];

const listOf = (setting: SettingName) =>
  optional(
    array(number(undefined, SETTING_LIMITS[setting]), undefined, {
      minItems: 1,
      errorMessage: `give a number${SETTING_LIMITS[setting].type === 'integer' ? ', whole and' : ''} from ${SETTING_LIMITS[setting].minimum} to ${SETTING_LIMITS[setting].maximum}, or several as a list`,
    }),
  );

const settingLists = {
  instances: listOf('instances'),
  threads: listOf('threads'),
  maxBatch: listOf('maxBatch'),
  batchDelayMs: listOf('batchDelayMs'),
  precision: optional(
    array(
      string(undefined, { pattern: '.' }),
      `Precisions by their names in the description of the model, and \`${GIVEN_PRECISION}\`: the model itself. Default: that alone.`,
      { minItems: 1, errorMessage: `give ${GIVEN_PRECISION}, or names of model.precisions` },
    ),
  ),
};

export const settingsGridSchema = object(
  {
    ...settingLists,
    only: optional(
      dictionary(
        object(settingLists, undefined, { additionalProperties: false }),
        'Other values for single servings, by their names.',
      ),
    ),
    default: optional(
      boolean('Whether each serving is also measured with the defaults of its product.'),
    ),
  },
  'The settings with which each serving is measured: every combination of these values. A setting that is not listed has the value that computes one request at a time.',
  { additionalProperties: false },
);
export interface SettingsGrid extends Static<typeof settingsGridSchema> {}

/** Whether a serving is measured with several settings, which cannot run side by side. */
export const hasSeveral = (grid: SettingsGrid | undefined): boolean =>
  grid !== undefined &&
  (grid.default === true ||
    [grid, ...Object.values(grid.only ?? {})].some((lists) =>
      LISTED_SETTINGS.some((setting) => (lists[setting]?.length ?? 1) > 1),
    ));

export const planOptionsSchema = object(
  {
    profile: oneOf(PROFILE_NAMES),
    servings: array(servingNameSchema),
    protocols: array(oneOf(PROTOCOLS)),
    payloads: optional(array(targetSchema.properties.payload, 'Default: those of the profile.')),
    encodings: optional(
      array(oneOf(ENCODINGS), 'Default: the default encoding of the serving for each payload.'),
    ),
    scenarios: array(scenarioSchema),
    levels: array(levelSchema),
    repeats: number('The most, if the run ends when it has an answer.'),
    ends: oneOf(
      ['with-repeats', 'when-decided'],
      '`when-decided`: the run looks at its verdicts after some of its repeats, and ends when the order of the targets is known or the time is up.',
    ),
    order: oneOf(
      ['side-by-side', 'one-at-a-time'],
      '`side-by-side`: all servers of a repeat run, and short windows alternate between them, while the others are idle; if they do not fit, and with `one-at-a-time`, one server after the other runs.',
    ),
    warmupSeconds: number(
      'After the start of a serving. Further levels are preceded by a quarter of it; not side by side, where every window begins when each virtual user has an answer.',
    ),
    durationSeconds: number('Length of the measuring window, or the shortest one.'),
    windows: oneOf(
      ['given', 'chosen'],
      '`chosen`: a pilot measures how long answers take at each level, and lengthens the windows of slow servers.',
    ),
    timeoutMs: number(),
    levelOrder: oneOf(
      ['ascending', 'shuffled'],
      '`shuffled` keeps a drift of the machine from looking like an effect of the level.',
    ),
    noopLimits: oneOf(
      NOOP_LIMITS,
      'When the no-op limit of each target at each level is measured: `each`, in every repeat, under the same conditions as the target even if the machine drifts or pairs share the repeats; `once`, in the first repeat; or `none`.',
    ),
    sloP99Ms: optional(
      array(
        number(),
        'Requested p99 limits. Reports compare each target with them, and the profile `slo` searches the highest rate within each.',
      ),
    ),
    faults: optional(
      array(
        oneOf(FAULTS),
        'Faults of the profile `stability`, besides `nothing`. Each applies to the targets that can express it.',
      ),
    ),
    engine: engineSchema,
    loadGenerator: oneOf(LOAD_GENERATORS),
    bypassSeconds: number('Length of the bypass run of each measurement; 0 for none.'),
    delayMs: optional(
      number('Time that the engine `delay` takes for a request. It answers one request at a time.'),
    ),
    delayPerInputMs: optional(
      number(
        'What each input of a batch adds to that. Batches and instances then apply to the engine.',
      ),
    ),
    middleware: optional(
      described(
        middlewareSettingsSchema,
        "Default: the middleware's own settings, and `--processes`.",
      ),
    ),
    candidates: optional(
      array(
        object({ serving: servingNameSchema, settings: settingsSchema }),
        'The only settings that a search measures, besides the defaults of each server: those that an earlier one found.',
      ),
    ),
    settings: optional(settingsGridSchema),
    counts: optional(
      array(number(), 'How many models a server of the profile `many` holds, ascending from 1.'),
    ),
    memoryLimitMiB: optional(
      number(
        'How much memory the processes of such a server may take. Default: half of what the machine has left.',
      ),
    ),
    seed: number(),
  },
  'All options of a plan, including those that the profile decided.',
);
export interface PlanOptions extends Static<typeof planOptionsSchema> {}

/** The options of the command line. The profile decides the others. */
export type PlanOverrides = Partial<PlanOptions>;
