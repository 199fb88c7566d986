import {
  array,
  as,
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
import { timePartsSchema } from './time-parts.ts';
import { engineSchema, levelSchema, scenarioSchema, targetSchema } from '../model/measurement.ts';
import { nodeUseSchema } from './nodes.ts';
import { estimateSchema } from '../stats/interval.ts';
import { windowSchema } from './windows.ts';
import type { FailureClass } from '../model/load-result.ts';

/** What a check found besides its figure, by name: times in milliseconds, shares of 1. */
export type Fact = string | number | boolean | undefined | readonly Fact[] | FactsByName;
export interface FactsByName {
  readonly [name: string]: Fact;
}

/** What a check found besides its figure. */
export const checkResultSchema = object(
  {
    check: string(),
    state: oneOf(
      ['passed', 'failed', 'at-limit', 'warned', 'unknown', 'not-applicable'],
      '`at-limit`: the rig was the limit, so the rate is a lower bound, which does not show that the server is slower than another or equal; `warned`: reported, but verdicts stand; `unknown`: the run lacks the figure; `not-applicable`: the question does not arise, such as the schedule of a closed loop.',
    ),
    reason: optional(string('Which of several reasons for the state holds: `no-bypass-run`.')),
    pair: optional(number('The node pair of a calibration; absent on a single machine.')),
    repeat: optional(number('The repeat that fails, if all repeats together pass.')),
    figure: optional(number('The measured value, in the unit of the check.')),
    limit: optional(number('The limit, in the same unit.')),
    facts: optional(as<FactsByName>(object({}))),
  },
  'The result of a check on a row, or on a run. Its words are those of the check, see `checks/checks.ts`.',
);
export interface CheckResult<Facts = FactsByName> extends Omit<
  Static<typeof checkResultSchema>,
  'facts'
> {
  readonly facts?: Facts;
}

export const noopLimitSchema = object(
  {
    requestRatePerSecond: number('The highest of the no-op backend.'),
    share: number('Request rate of the fastest repeat ÷ that of the no-op backend.'),
    repeat: number('The fastest one.'),
    near: boolean('Whether the share is so large that the rig may have been the limit.'),
  },
  'How close a target came to the limit of the rig.',
);
export interface NoopLimit extends Static<typeof noopLimitSchema> {}

export const bypassSchema = object(
  {
    repeats: number(),
    requestRatePerSecond: number(),
    slowestRepeat: number('The lowest rate of a repeat.'),
    fastestRepeat: number('The highest rate of a repeat.'),
    share: number(
      'Request rate through the middleware ÷ that of the bypass runs, over these repeats.',
    ),
    p50Ms: number(),
    p99Ms: optional(number('Absent if there are too few answers to claim it.')),
    failed: number(),
    keptUp: boolean(
      'False if the load generator was the limit in a bypass run, so that the true share is lower.',
    ),
  },
  'The same load without the middleware, over all repeats with a bypass run; see `CompletedBypassRun`.',
);
export interface Bypass extends Static<typeof bypassSchema> {}

export const bypassFailureSchema = object(
  { repeat: number(), reason: string() },
  'A bypass run without figures.',
);
export interface BypassFailure extends Static<typeof bypassFailureSchema> {}

export const summaryRowSchema = object(
  {
    target: targetSchema,
    engine: engineSchema,
    scenario: scenarioSchema,
    level: levelSchema,
    repeats: number('Number of repeats with figures.'),
    plannedRepeats: number('Number of repeats in the plan.'),
    failedRepeats: array(
      object({ repeat: number(), message: string() }),
      'Repeats without figures, with their reasons.',
    ),
    windows: optional(
      array(windowSchema, 'In the order of the run, those of failed measurements included.'),
    ),
    requestRatePerSecond: optional(
      described(
        estimateSchema,
        'Correct answers in the windows ÷ their length, over all repeats. Absent, like all below, if no repeat has figures.',
      ),
    ),
    p50Ms: optional(
      described(
        estimateSchema,
        'Percentiles of all answers; absent if there are too few to claim them, see `stats/percentile-claim.ts`.',
      ),
    ),
    p95Ms: optional(estimateSchema),
    p99Ms: optional(estimateSchema),
    p999Ms: optional(estimateSchema),
    distribution: optional(
      array(
        object({ percent: number(), ms: number() }),
        'Percentiles of all answers, up to the greatest one that their number supports.',
      ),
    ),
    maxMs: optional(number('The longest response time.')),
    meanMs: optional(number()),
    failedShare: optional(number()),
    failures: optional(as<Readonly<Partial<Record<FailureClass, number>>>>(dictionary(number()))),
    succeeded: optional(number()),
    failed: optional(number()),
    offered: optional(
      number('Requests planned in the windows (open loop) or sent in them (closed loop).'),
    ),
    unsent: optional(number('Planned requests that could not be sent. 0 in a closed loop.')),
    measuredSeconds: optional(number('Length of all measuring windows together.')),
    timeParts: optional(
      described(
        timePartsSchema,
        'Where the time of an average request goes. Absent if the middleware reported nothing.',
      ),
    ),
    middlewareCpuMsPerRequest: optional(number()),
    generatorCpuMsPerRequest: optional(number()),
    servingCpuMsPerRequest: optional(number('Absent if the system does not report it.')),
    nodes: optional(
      object(
        { serving: optional(nodeUseSchema), middleware: optional(nodeUseSchema) },
        'Resource use of the nodes of a pair in the windows. A node without samples is absent.',
      ),
    ),
    noopLimit: optional(described(noopLimitSchema, 'Absent if no no-op limit was measured.')),
    bypass: optional(described(bypassSchema, 'Absent if no bypass run has figures.')),
    bypassFailures: optional(array(bypassFailureSchema, 'Absent if there are none.')),
    averageOfMediansMs: optional(
      number("Mean of the repeats' medians, the figure of the study of 2021."),
    ),
    unsteadyRepeats: optional(
      array(
        number(),
        'Repeats whose rate or response time still changed at the end of the window. The figures include them.',
      ),
    ),
    usdPerMillion: optional(
      number(
        'Price per hour ÷ answers per hour × 10⁶; absent without a price, for no-op limits, and if a check failed.',
      ),
    ),
    checks: optional(
      array(
        checkResultSchema,
        'All checks, in their order. Absent for rows without figures and for no-op limits.',
      ),
    ),
  },
  'All repeats of one target, engine, scenario and level.',
);
export interface SummaryRow extends Static<typeof summaryRowSchema> {}

export const usableRowsSchema = object(
  {
    measured: number('Rows with figures and checks.'),
    usable: number(
      'Of these, rows in which no check failed. Those at the limit of the rig may be quoted as lower bounds.',
    ),
  },
  'How many rows of a run may be quoted, without no-op limits.',
);
export interface UsableRows extends Static<typeof usableRowsSchema> {}
