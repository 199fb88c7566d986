import { manySummarySchema } from './many/many-types.ts';
import { tuningSummarySchema } from './tuning/tuning-types.ts';
import { bestRateSchema, costsSchema, searchReasonSchema, sloRateSchema } from './slo-types.ts';
import {
  anyOf,
  array,
  as,
  boolean,
  described,
  dictionary,
  literal,
  number,
  object,
  oneOf,
  optional,
  pick,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { stabilitySummarySchema } from '../stability/summary.ts';
import { engineSchema, targetSchema } from '../model/measurement.ts';
import {
  cpuFindingSchema,
  cpuVerdictsSchema,
  headlineVerdictsSchema,
  loadSchema,
  noiseSchema,
  noRankingReasonSchema,
  rankingSchema,
  withheldReasonSchema,
  withheldTargetSchema,
} from './verdict-types.ts';
import { NODE_ROLES } from '../../aws/contract/tags.ts';
import { planSchema } from '../model/plan.ts';
import { TIME_PARTS } from './time-parts.ts';
import { checkResultSchema, summaryRowSchema, usableRowsSchema } from './summary-row.ts';
import { platformUsageSchema, coldStartSchema } from './starts.ts';
import { studyComparisonSchema } from './study-comparison.ts';
import { rowGroupSchema } from './rows.ts';
import { pairSpreadSchema } from './nodes.ts';
import { machineStateSchema } from './machine.ts';
import { methodSchema } from './method.ts';
import { checkedAnswersSchema, wrongUnderLoadSchema, oddImageSchema } from './answers.ts';
import { ANSWER_FAULTS, stoppedSchema, type AnswerFault } from '../model/record.ts';
import { environmentSchema } from '../model/environment.ts';

const resultPlaceSchema = object({ target: targetSchema, ...loadSchema.properties });

const failedTargetSchema = object({
  target: targetSchema,
  count: number('Number of failed measurements.'),
  message: string('The first line of their most frequent error.'),
});

export const invalidReasonSchema = anyOf(
  [
    object({ code: literal('calibration'), result: checkResultSchema }),
    object({ code: literal('tuning-cut-off') }, 'The search for settings has not ended.'),
    object({
      code: literal('answer-check'),
      target: targetSchema,
      engine: engineSchema,
      fault: oneOf(ANSWER_FAULTS),
      isMeasured: boolean('Whether it has figures all the same, since it passed another check.'),
      why: optional(string('What was wrong, in the words of the record.')),
    }),
    object({
      code: literal('wrong-under-load'),
      fault: oneOf(ANSWER_FAULTS),
      targets: array(
        object({ target: targetSchema, count: number(), answers: number() }),
        'Each with the number of such answers, and of all answers.',
      ),
    }),
    object(
      { code: literal('noop-failures'), results: number() },
      'Requests failed with the no-op backend in so many results.',
    ),
    object(
      { code: literal('failed-measurements'), ...failedTargetSchema.properties },
      'Measurements of a target without figures.',
    ),
    object({ code: literal('cut-off'), recorded: number(), planned: number() }),
    object({ code: literal('search-cut-off'), target: targetSchema, limitMs: number() }),
    object({ code: literal('no-correct-answer'), target: targetSchema }),
    object(
      {
        code: literal('no-request-ended'),
        target: targetSchema,
        windowSeconds: number(),
        neededSeconds: number(),
      },
      'Windows of `neededSeconds` are long enough for the fastest answer that is known.',
    ),
    object({
      code: literal('failed-checks'),
      targets: array(targetSchema),
      results: number('Number of their results, which all fail.'),
      checks: array(
        object({ check: string(), results: number() }),
        'The failed checks, the most frequent first.',
      ),
    }),
    object({
      code: literal('search-without-result'),
      target: targetSchema,
      why: optional(searchReasonSchema),
    }),
  ],
  'Why a run is not valid.',
);
export type InvalidReason = Static<typeof invalidReasonSchema>;

export const validitySchema = object(
  {
    valid: boolean(),
    reasons: array(invalidReasonSchema, 'Why not, the gravest reason first.'),
  },
  'Whether the figures of a run can be trusted as a whole.',
);
export interface Validity extends Static<typeof validitySchema> {}

export const trustSchema = object(
  {
    answers: optional(
      object(
        {
          targets: number(),
          faults: as<Readonly<Record<AnswerFault, number>>>(dictionary(number())),
        },
        'Targets with an answer check, and those with each fault in their answers, in the check or under load.',
      ),
    ),
    failures: optional(
      object(
        {
          measurements: number(),
          requests: number(),
          areFaultsLeftOut: boolean('Whether faults were tested, whose failures do not count.'),
        },
        'What failed although no answer check did.',
      ),
    ),
    checks: optional(
      object(
        {
          results: number(),
          failing: number(),
          failed: array(string()),
        },
        'Results, those that fail a check, and the checks that they fail.',
      ),
    ),
    rig: optional(
      object(
        {
          share: number(),
          atLimit: number('Results that came so near to it that they show the rig.'),
        },
        'The largest share of the no-op limit that a result reached.',
      ),
    ),
  },
  'What a reader must know to believe the figures. What was not measured is absent.',
);
export interface Trust extends Static<typeof trustSchema> {}

export const whySlowerSchema = object(
  {
    load: loadSchema,
    faster: targetSchema,
    slower: targetSchema,
    moreMs: number('Per request.'),
    places: array(
      object({
        place: anyOf([oneOf(TIME_PARTS), literal('server'), literal('elsewhere')]),
        moreMs: number(),
      }),
      'The places with most of it; `server`: all its parts together.',
    ),
  },
  'Where the last target of a ranking loses most of its time against the first: at the lowest level, where requests wait least.',
);
export interface WhySlower extends Static<typeof whySlowerSchema> {}

const busyProperty = { isBusy: boolean('Whether other programs disturbed the run.') } as const;
const commandProperty = { command: string('To paste.') };

export const nextStepSchema = anyOf(
  [
    object({
      code: literal('failed-check'),
      target: targetSchema,
      result: checkResultSchema,
      ...commandProperty,
    }),
    object(
      {
        code: literal('restless-target'),
        target: targetSchema,
        result: checkResultSchema,
        ...commandProperty,
      },
      'A target whose repeats differ much more than those of the others.',
    ),
    object(
      { code: literal('busy-machine'), targets: array(targetSchema), ...commandProperty },
      'Other programs may be why targets were not the same in all repeats.',
    ),
    object(
      {
        code: literal('measure-longer'),
        seconds: optional(
          number(
            'So many more, or in a new run so many, would probably decide them; absent if two hours would not.',
          ),
        ),
        only: optional(
          array(
            object({ first: targetSchema, second: targetSchema }),
            'The neighbours that it would decide; absent: all that are open.',
          ),
        ),
        isResumed: boolean('Whether the command measures on, instead of anew.'),
        ...busyProperty,
        noise: optional(noiseSchema),
        ...commandProperty,
      },
      'To decide neighbours.',
    ),
    object(
      {
        code: literal('failed-requests'),
        target: targetSchema,
        levels: oneOf(
          ['answered', 'one-user', 'lower-rate', 'same'],
          'What the command measures: the levels at which no target fails, else one user or half of the lowest rate, else the same again.',
        ),
        ...commandProperty,
      },
      'A target does not carry what others carry, so that it is not compared.',
    ),
    object(
      { code: literal('rig-limit'), ...busyProperty, ...commandProperty },
      'The servers are faster than the rig: the command also measures them without the middleware.',
    ),
    object({ code: literal('repeat-failed'), ...commandProperty }),
    object({ code: literal('measure-on'), ...commandProperty }, 'The run was cut off.'),
    object(
      { code: literal('more-repeats'), ...busyProperty, ...commandProperty },
      'For a first verdict.',
    ),
    object(
      {
        code: literal('measure-again'),
        isOnceFixed: boolean('Whether servers or the rig must be fixed first.'),
        ...commandProperty,
      },
      'The run is invalid or without a verdict, which its own records cannot change.',
    ),
    object({ code: literal('measure-tuned'), ...commandProperty }),
    object(
      { code: literal('install-servers'), ...commandProperty },
      'The run only simulated them.',
    ),
  ],
  'A step towards a better answer.',
);
export type NextStep = Static<typeof nextStepSchema>;

export const noticeSchema = anyOf(
  [
    object({ code: literal('going-on'), recorded: number(), planned: number() }),
    object(
      { code: literal('time-up'), repeats: number(), planned: number() },
      'So many of the planned repeats were measured.',
    ),
    object(
      { code: literal('drift'), ...resultPlaceSchema.properties, result: checkResultSchema },
      'How a target changed during the run: its first result that fails the check.',
    ),
    object(
      {
        code: literal('contested-drift'),
        results: array(
          object({ ...resultPlaceSchema.properties, result: checkResultSchema }),
          'The first of each target.',
        ),
      },
      'Two targets changed against each other: one of them, or the machine.',
    ),
    object(
      {
        code: literal('withheld'),
        verdicts: number(),
        of: number(),
        reason: withheldReasonSchema,
      },
      'Some of the verdicts over the whole run are withheld, the first one for this reason.',
    ),
    object(
      {
        code: literal('busy-machine'),
        waitShare: optional(number()),
        othersCpuShare: optional(number()),
        loadAverage: optional(number()),
      },
      'Other programs ran; the figures are those of `machine`.',
    ),
    object(
      {
        code: literal('model-differs'),
        targets: array(targetSchema),
        least: number(),
        most: number(),
      },
      'The model that all servers share took longer for these targets, by `least` to `most` as shares.',
    ),
    object(
      {
        code: literal('processors-differ'),
        role: oneOf(NODE_ROLES),
        processors: array(object({ cpuModel: string(), pairs: array(number()) })),
      },
      'Nodes with the same role have different processors, although their instance type is the same.',
    ),
    object({ code: literal('no-bypass'), measurements: number(), reason: string() }),
  ],
  'What a reader must know before the figures, besides what makes a run invalid.',
);
export type Notice = Static<typeof noticeSchema>;

const checkCountSchema = object(
  {
    check: string(),
    passed: number(),
    failed: number(),
    atLimit: number(),
    warned: number(),
    unknown: number(),
    notApplicable: number(),
  },
  'Number of results of a check in each state.',
);
export interface CheckCount extends Static<typeof checkCountSchema> {}

const { measurements: _, ...plannedSchemas } = planSchema.properties;

export const summarySchema = object(
  {
    format: literal(2),
    isGoingOn: optional(
      boolean('True if the run has not ended, so that missing measurements are still to come.'),
    ),
    stopped: optional(
      object(
        {
          ...pick(stoppedSchema, 'repeats', 'why'),
          planned: number('By the schedule or the plan.'),
        },
        'How the run ended before the last repeat of its plan. `plan` has the measured repeats only.',
      ),
    ),
    resultsBytes: optional(
      number(
        'Size of the whole lines of `results.jsonl`, which tells whether more was measured later; absent if the records did not come from a folder.',
      ),
    ),
    plan: object({ ...plannedSchemas, measurementCount: number() }),
    environment: environmentSchema,
    machine: optional(described(machineStateSchema, 'Absent if nothing is known of it.')),
    method: optional(described(methodSchema, 'Absent if no window of a serving was measured.')),
    endedAt: optional(string('When the last measurement ended, ISO 8601; absent if none has.')),
    tookSeconds: optional(
      number('From the plan to that time, without the pauses after which it was resumed.'),
    ),
    measurements: object({
      completed: number(),
      failed: number(),
      failedAnswerCheck: number(
        'Of the failed ones: not measured because their target failed its answer check.',
      ),
      failures: array(failedTargetSchema, 'The other failed ones by target.'),
      missing: number(),
    }),
    answerChecks: array(checkedAnswersSchema),
    wrongUnderLoad: optional(
      array(
        wrongUnderLoadSchema,
        'Targets that gave wrong answers under load, or answers that were not understood. Absent if there are none.',
      ),
    ),
    oddImages: optional(
      array(
        oddImageSchema,
        'Answers to images that decoders treat differently. Absent if none were sent.',
      ),
    ),
    coldStarts: optional(
      array(coldStartSchema, 'Cold starts by target, in the order of the rows.'),
    ),
    platformUsage: optional(
      array(
        platformUsageSchema,
        'What the platforms need before their first request; absent if no real platform was started.',
      ),
    ),
    costs: optional(
      described(costsSchema, 'Costs of a million answers by target; absent without a price.'),
    ),
    rows: array(
      summaryRowSchema,
      'The measured targets, and their no-op limits with the engine `noop`.',
    ),
    groups: array(rowGroupSchema, 'The rows by scenario and kind of load, in their order.'),
    checkCounts: array(checkCountSchema, 'How the rows fare in each check; empty without checks.'),
    pairSpread: optional(
      array(
        pairSpreadSchema,
        'How much the node pairs differ; absent if fewer than two have figures.',
      ),
    ),
    study: optional(
      described(
        studyComparisonSchema,
        'The rows beside the study of 2021; absent if they have no level in common.',
      ),
    ),
    sloP99Ms: optional(array(number(), 'The requested p99 limits; absent if there are none.')),
    sloRates: optional(
      array(sloRateSchema, 'The highest rate of each target within these; absent if none.'),
    ),
    tuning: optional(tuningSummarySchema),
    manyModels: optional(manySummarySchema),
    bestRates: optional(
      array(bestRateSchema, 'The best of these for each limit; absent if there are none.'),
    ),
    stability: optional(
      described(
        stabilitySummarySchema,
        'Results of the stability tests; absent if there are none.',
      ),
    ),
    validity: optional(
      described(
        validitySchema,
        'Whether the run as a whole is valid. Absent while it is going on and nothing is wrong.',
      ),
    ),
    isDecided: boolean(
      'Whether it found something: a verdict, a rate within a limit, or how stable the targets are.',
    ),
    usableRows: described(
      usableRowsSchema,
      'How many rows pass all checks. A valid run may have few.',
    ),
    headline: optional(
      described(
        headlineVerdictsSchema,
        'The verdict on every pair of targets over the whole run; absent for fewer than two targets.',
      ),
    ),
    cpu: optional(described(cpuVerdictsSchema, 'Absent for fewer than two targets.')),
    cpuWithheld: optional(
      array(
        withheldTargetSchema,
        'Targets whose CPU time is not what their requests cost. Absent if there are none.',
      ),
    ),
    cpuFinding: optional(
      described(
        cpuFindingSchema,
        'Absent if the run is invalid, or nothing is sure and the rig was not the limit.',
      ),
    ),
    ranking: optional(
      described(
        rankingSchema,
        'Who is faster than whom; absent if there is no verdict or the run is invalid.',
      ),
    ),
    noRanking: optional(
      described(noRankingReasonSchema, 'Why nothing is ranked; absent if the run is invalid.'),
    ),
    whySlower: optional(
      described(
        whySlowerSchema,
        'Absent if the ranking does not tell the last target from the first, or a time is not known.',
      ),
    ),
    trust: trustSchema,
    notices: array(noticeSchema, 'The most serious first.'),
    nextSteps: array(nextStepSchema, 'The next step; empty if there is none.'),
  },
  'The content of `summary.json`.',
);
export interface Summary extends Static<typeof summarySchema> {}
