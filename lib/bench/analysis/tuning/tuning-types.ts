import {
  anyOf,
  array,
  boolean,
  described,
  literal,
  number,
  object,
  oneOf,
  optional,
  string,
  type Static,
} from '../../../../serving-configs/schema.ts';
import { SETTING_NAMES, settingsSchema } from '../../../../serving-configs/settings.ts';
import { targetSchema } from '../../model/measurement.ts';
import { estimateSchema } from '../../stats/interval.ts';
import { decisionSchema } from '../../stats/judgement.ts';
import { searchReasonSchema } from '../slo-types.ts';

export const outReasonSchema = anyOf(
  [
    object({ code: literal('failed'), message: string() }),
    object({ code: literal('wrong-answers'), wrong: number(), answers: number() }),
    object(
      { code: literal('refused'), failed: number(), requests: number() },
      'Requests of a single user failed.',
    ),
    object(
      { code: literal('too-slow'), p50Ms: number() },
      'Not even a single user has his answers within the limit.',
    ),
  ],
  'Why a setting is no longer searched.',
);
export type OutReason = Static<typeof outReasonSchema>;

export const tunedFinalSchema = object(
  {
    settings: settingsSchema,
    requestRatePerSecond: described(
      estimateSchema,
      'The rate of random arrivals at which p99 is the limit: the mean of where the repeats ended.',
    ),
    repeats: number('Complete repeats behind the rate.'),
    standardError: optional(number('Of the logarithm of the rate; absent after a single repeat.')),
    searchedRatePerSecond: optional(
      number('What the search found before; not a result, but for comparison.'),
    ),
    p99Ms: optional(
      number('The median of the final measurements that kept the limit; absent if none did.'),
    ),
    requests: number('In all final measurements.'),
    overLimit: number('Of these, requests that took longer than the limit or failed.'),
    meanBatch: optional(
      number('Inputs of a computation, as the server counts them; absent if it does not.'),
    ),
    memoryMiB: optional(number('Resident memory of its processes under load, at most.')),
    usdPerMillion: optional(number('At that rate; absent without a price.')),
    limitedBy: optional(
      described(searchReasonSchema, 'Why the rig may have been the limit, and not the server.'),
    ),
  },
  'A setting that was measured in the finals.',
);
export interface TunedFinal extends Static<typeof tunedFinalSchema> {}

export const settingEffectSchema = object(
  {
    setting: oneOf(SETTING_NAMES),
    most: number('As a share: 0.1 if it changed the rate by 10 % at most.'),
  },
  'The largest difference between two settings that differ only in this one, by the rates of virtual users within the limit.',
);
export interface SettingEffect extends Static<typeof settingEffectSchema> {}

export const tunedServerSchema = object(
  {
    best: described(
      targetSchema,
      'The server with the settings that are recommended: its defaults unless others are known to be faster.',
    ),
    tried: number('How many settings were tried, the defaults included.'),
    out: array(object({ settings: settingsSchema, reason: outReasonSchema })),
    finals: array(tunedFinalSchema, 'The fastest first. Empty if no setting keeps the limit.'),
    overDefault: optional(
      described(
        decisionSchema,
        'The fastest setting against the defaults; absent if these are the fastest, or have no figures.',
      ),
    ),
    keepsDefault: boolean('Whether no setting is known to be faster than the defaults.'),
    effects: array(settingEffectSchema, 'The largest first.'),
    neverBatched: boolean('Whether settings with batches were measured, but none formed.'),
  },
  'What a search for settings found for one server.',
);
export interface TunedServer extends Static<typeof tunedServerSchema> {}

export const tuningSummarySchema = object(
  {
    p99Ms: number('The limit.'),
    isOver: boolean('False for a run that was cut off or goes on.'),
    servers: array(tunedServerSchema, 'The fastest first.'),
    verdicts: array(
      object({ first: targetSchema, second: targetSchema, ...decisionSchema.properties }),
      'Each server at its best against each other, by its rate within the limit.',
    ),
  },
  'The result of a search for settings. Only its finals are results: each of them is measured afresh.',
);
export interface TuningSummary extends Static<typeof tuningSummarySchema> {}
