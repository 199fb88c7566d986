/** How a serving is configured: one word for each setting, whatever its platform calls it. */
import { anyOf, literal, number, object, optional, string, type Static } from './schema.ts';

export const givenSettingsSchema = object({
  instances: number('How many workers, replicas or copies of the model compute at the same time.'),
  threads: number('Threads for one computation.'),
  maxBatch: number('How many requests are computed together at most; 1 for no batches.'),
  batchDelayMs: number('How long a request may wait for others of its batch.'),
  precision: optional(
    string(
      'Another precision of the model, by the name in its description; absent: the model itself.',
    ),
  ),
});
/** Values for every setting. A serving that lacks a setting has the value of {@link SINGLE}. */
export interface GivenSettings extends Static<typeof givenSettingsSchema> {}

export const settingsSchema = anyOf(
  [literal('default'), givenSettingsSchema],
  'How the serving is configured. `default`: as its product is when nobody sets anything.',
);
export type Settings = 'default' | GivenSettings;

export const SETTING_NAMES = ['instances', 'threads', 'maxBatch', 'batchDelayMs'] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

/** The values that a setting may have, as keywords of a JSON Schema. */
export const SETTING_LIMITS = {
  instances: { type: 'integer', minimum: 1, maximum: 256 },
  threads: { type: 'integer', minimum: 1, maximum: 256 },
  maxBatch: { type: 'integer', minimum: 1, maximum: 1024 },
  batchDelayMs: { type: 'number', minimum: 0, maximum: 10_000 },
} as const satisfies Record<SettingName, object>;

/** How every serving is configured if no settings are given: as the study of 2021 did, one request at a time. */
export const SINGLE: GivenSettings = { instances: 1, threads: 1, maxBatch: 1, batchDelayMs: 0 };

/** Whether several requests may be computed together by configuration. */
export const hasBatches = (settings: Settings): settings is GivenSettings =>
  settings !== 'default' && settings.maxBatch > 1;

/** In lists of precisions: the model itself. */
export const GIVEN_PRECISION = 'given';

/** The precision of the model by its name; undefined for the model itself. */
export const precisionOf = (settings: Settings | undefined): string | undefined =>
  settings === undefined || settings === 'default' ? undefined : settings.precision;

/** How many instances settings ask for. Those of a product by itself are unknown, but there is at least one. */
export const askedInstances = (settings: Settings): number =>
  settings === 'default' ? 1 : settings.instances;

/** The key of a platform for a setting. */
export interface SettingKey {
  /** As the platform writes it, and where: `max_batch_size in config.pbtxt`. */
  readonly key: string;
  /** What the platform does when nobody sets it, in words. */
  readonly default: string;
  /** The lowest value, if it is not that of {@link SINGLE}. */
  readonly least?: number;
  /** The report of the running server that a test compares with the value; absent if the key was only read in documentation or source. */
  readonly provedBy?: string;
}

/** Why a platform does not have a setting. */
export interface NoSetting {
  readonly none: string;
}

/** The settings of a platform. */
export type SettingKeys = Readonly<Record<SettingName, SettingKey | NoSetting>>;

/** Whether a platform has a setting. */
export const hasSetting = (entry: SettingKey | NoSetting): entry is SettingKey => 'key' in entry;

/** Letters of settings in ids, as in `i2-t1-b8-d5`. */
const LETTERS: Readonly<Record<SettingName, string>> = {
  instances: 'i',
  threads: 't',
  maxBatch: 'b',
  batchDelayMs: 'd',
};

/** `i2-t1-b8-d5`, with `-int8` for another precision: the name of settings in ids and files. */
export const settingsId = (settings: Settings): string => {
  if (settings === 'default') return settings;
  const values = SETTING_NAMES.map((name) => `${LETTERS[name]}${settings[name]}`);
  return [...values, ...(settings.precision === undefined ? [] : [settings.precision])].join('-');
};

/** What {@link settingsId} writes. */
export const SETTINGS_ID = /^(?:default|i([0-9]+)-t([0-9]+)-b([0-9]+)-d([0-9.e-]+))$/;

/** Reads settings from their id; undefined if it is none. The inverse of {@link settingsId}. */
export const settingsOfId = (id: string): Settings | undefined => {
  const [, ...values] = SETTINGS_ID.exec(id) ?? [];
  if (id === 'default' || values.length === 0) return id === 'default' ? id : undefined;
  const [instances = 0, threads = 0, maxBatch = 0, batchDelayMs = 0] = values.map(Number);
  return { instances, threads, maxBatch, batchDelayMs };
};

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `2 instances, 1 thread, batch 8, delay 5 ms`: settings for people. */
export const settingsWords = (settings: Settings): string => {
  if (settings === 'default') return 'its defaults';
  const { instances, threads, maxBatch, batchDelayMs, precision } = settings;
  return [
    ...(precision === undefined ? [] : [precision]),
    counted(instances, 'instance'),
    counted(threads, 'thread'),
    `batch ${maxBatch}`,
    ...(maxBatch > 1 ? [`delay ${batchDelayMs} ms`] : []),
  ].join(', ');
};

/** The values of placeholders such as `{instances}` in commands and files. Text with a placeholder that has no value is left out. */
export type SettingValues = Readonly<Record<string, string>>;

/** Every placeholder for settings. Those that begin with `if` have no text: they leave out what they are in unless they apply. */
const PLACEHOLDERS = [
  'instances',
  'threads',
  'maxBatch',
  'delayMs',
  'delayUs',
  'delaySeconds',
  'ifGiven',
  'ifOneInstance',
  'ifInstances',
  'ifBatches',
  'ifNoBatches',
] as const;

/** The values of the placeholders that apply to settings: none to `default`, and those of batches only if there are batches. */
export const settingValues = (settings: Settings): SettingValues => {
  if (settings === 'default') return {};
  const { instances, threads, maxBatch, batchDelayMs } = settings;
  return {
    instances: String(instances),
    threads: String(threads),
    ifGiven: '',
    ...(instances > 1 ? { ifInstances: '' } : { ifOneInstance: '' }),
    ...(maxBatch > 1
      ? {
          maxBatch: String(maxBatch),
          delayMs: String(batchDelayMs),
          delayUs: String(Math.round(batchDelayMs * 1000)),
          delaySeconds: String(batchDelayMs / 1000),
          ifBatches: '',
        }
      : { ifNoBatches: '' }),
  };
};

/** The arguments, or the lines of a file, without those that have the placeholder of a setting without a value. */
export const withoutUnset = (
  texts: readonly string[],
  values: Readonly<Record<string, string>>,
): readonly string[] =>
  texts.filter((text) =>
    PLACEHOLDERS.every((name) => name in values || !text.includes(`{${name}}`)),
  );
