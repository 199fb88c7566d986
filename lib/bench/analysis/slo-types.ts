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
  pick,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { engineSchema, levelSchema, scenarioSchema, targetSchema } from '../model/measurement.ts';
import { estimateSchema } from '../stats/interval.ts';
import { checkResultSchema } from './summary-row.ts';

export const searchReasonSchema = anyOf(
  [
    object(
      { code: literal('median-above-limit'), medianMs: number(), limitMs: number() },
      'Half of the requests of virtual users took longer than the limit.',
    ),
    object(
      {
        code: literal('short-windows'),
        durationSeconds: number(),
        ratePerSecond: number(),
        neededSeconds: number(),
      },
      'A window holds too few requests at the first rate; windows of `neededSeconds` hold enough.',
    ),
    object(
      { code: literal('generator-behind'), why: string() },
      'The load generator did not keep up, in its own words.',
    ),
    object(
      { code: literal('failed-check'), result: checkResultSchema },
      'The rig failed a check at the rate where the search ended.',
    ),
    object({ code: literal('not-confirmed'), trials: number() }),
    object(
      { code: literal('none-kept'), lowestPerSecond: optional(number()) },
      'The lowest rate that was tried; absent if there was none.',
    ),
    object(
      {
        code: literal('some-repeats'),
        ratesPerSecond: array(number()),
        repeats: number(),
      },
      'Only some repeats found a rate.',
    ),
  ],
  'Why the trials of a search say nothing more about a target.',
);
export type SearchReason = Static<typeof searchReasonSchema>;

export const searchOutcomeSchema = object(
  {
    state: oneOf(
      ['not-started', 'going-on', 'found', 'none', 'no-result', 'mixed'],
      '`found`, `none`: whether a rate keeps the limit; `mixed` if only some repeats found one; `no-result`: the trials say nothing about the target; `not-started`: virtual users had no correct answers, or have not run yet.',
    ),
    repeats: number(),
    trials: number(),
    reason: optional(described(searchReasonSchema, 'Why there is no rate.')),
  },
  'The searches of a target within one limit, one a repeat.',
);
export interface SearchOutcome extends Static<typeof searchOutcomeSchema> {}

export const sloRateSchema = object(
  {
    target: targetSchema,
    engine: engineSchema,
    scenario: scenarioSchema,
    limitMs: number(),
    state: oneOf(
      ['kept', 'not-kept', 'unknown'],
      '`kept`: a rate was shown to keep the limit; `not-kept`: all levels, or all searches, were shown to exceed it; `unknown`: otherwise.',
    ),
    level: optional(
      described(
        levelSchema,
        'The level with the highest rate among those that keep the limit, otherwise among those that may keep it, otherwise the level with the smallest share of requests over it. Absent with a search.',
      ),
    ),
    search: optional(described(searchOutcomeSchema, 'Absent without a search.')),
    requests: number(
      'Requests that count for the limit, see `RowCounts`, at that level, or at the rates that were found.',
    ),
    overLimit: number('Of these, requests that took longer or failed.'),
    requestRatePerSecond: optional(
      described(estimateSchema, 'Absent, like `p99Ms`, if no rate was shown to keep the limit.'),
    ),
    p99Ms: optional(number('With a search, the mean of its repeats.')),
  },
  'The highest rate of a target within a p99 limit: found by a search, or that of the best level.',
);
export interface SloRate extends Static<typeof sloRateSchema> {}

export const priceSchema = object(
  {
    usdPerHour: number(),
    kind: oneOf(['list', 'given'], '`list`: list price of a node pair; `given`: by the user.'),
    region: optional(string()),
    date: optional(string('When and where list prices were read.')),
    source: optional(string()),
  },
  'The price of the machines of a run.',
);
export interface Price extends Static<typeof priceSchema> {}

export const targetCostSchema = object(
  {
    target: targetSchema,
    engine: engineSchema,
    scenario: scenarioSchema,
    level: levelSchema,
    requestRatePerSecond: number(),
    p99Ms: optional(number()),
    limitMs: optional(number('The p99 limit; absent for the highest rate of all levels.')),
    usdPerMillion: described(estimateSchema, 'Its interval comes from that of the rate.'),
  },
  'Costs of a million answers of one target in one scenario, at its highest rate, or at its highest rate within a p99 limit.',
);
export interface TargetCost extends Static<typeof targetCostSchema> {}

export const costsSchema = object({
  price: priceSchema,
  targets: array(targetCostSchema),
  cheapest: optional(
    object(
      { cost: targetCostSchema, notDearer: array(targetSchema) },
      'The lowest cost, within a limit if there is one, and the targets that are not shown to cost more there.',
    ),
  ),
  unknown: optional(oneOf(['failed-checks', 'no-rate'], 'Why no target has a cost.')),
});
export interface Costs extends Static<typeof costsSchema> {}

export const bestRateSchema = object(
  {
    limitMs: number(),
    scenario: scenarioSchema,
    isSearched: boolean(),
    best: optional(object(pick(sloRateSchema, 'target', 'level', 'requestRatePerSecond'))),
    reason: optional(described(searchReasonSchema, 'Why there is none, if that is known.')),
  },
  'The target with the highest rate within a p99 limit, among the levels of a scenario, or among the rates that were searched for.',
);
export interface BestRate extends Static<typeof bestRateSchema> {}
