import {
  anyOf,
  array,
  as,
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
import { alikeSchemas, ratioJudgementSchema } from '../stats/judgement.ts';
import { estimateSchema } from '../stats/interval.ts';
import { levelSchema, scenarioSchema, targetSchema } from '../model/measurement.ts';
import { checkResultSchema } from './summary-row.ts';
import type { FailureClass } from '../model/load-result.ts';
import { ANSWER_FAULTS } from '../model/record.ts';

export const judgedFigureSchema = oneOf(
  ['request rate', 'median response time'],
  'The figure that a verdict compares: the request rate in a closed loop, the median response time in an open loop, whose rate is given.',
);
export type JudgedFigure = Static<typeof judgedFigureSchema>;

export const comparedFigureSchema = anyOf(
  [judgedFigureSchema, literal('p95 response time')],
  'The figures that a comparison of two runs compares.',
);
export type ComparedFigure = Static<typeof comparedFigureSchema>;

const failedRequestsSchema = object(
  {
    code: literal('failed-requests'),
    share: number('In an open loop, of the planned requests; those that were not sent count.'),
    level: levelSchema,
    cause: optional(
      as<FailureClass | 'unsent'>(string('The most frequent one; `unsent` if it was not sent.')),
    ),
  },
  'Too many requests failed.',
);

const noAnswerSchema = object(
  { code: literal('no-correct-answer'), level: levelSchema },
  'In a repeat.',
);

const queuedRequestsSchema = object(
  {
    code: literal('queued-requests'),
    answeredPerSecond: number(),
    offeredPerSecond: number(),
  },
  'Requests of an open loop queued up.',
);

const rowReasonSchemas = [
  object(
    { code: literal('answers'), fault: oneOf(ANSWER_FAULTS) },
    'What was wrong with the answers of its target, in the answer check or under load.',
  ),
  object(
    { code: literal('no-figures'), level: levelSchema },
    'No repeat at this level was measured completely.',
  ),
  noAnswerSchema,
  object({ code: literal('no-response-times') }),
  object({ code: literal('failed-check'), result: checkResultSchema }),
  object(
    { code: literal('rig-limit'), requestRatePerSecond: number() },
    'The rig was the limit, so that the rate of the row is a lower bound.',
  ),
  failedRequestsSchema,
  queuedRequestsSchema,
  object(
    { code: oneOf(['no-cpu-time', 'waits', 'running-server', 'accelerator']) },
    'On CPU time only: it is not known, or the server waits instead of computing, was already running, or computes on a GPU.',
  ),
  object(
    { code: literal('busy-idle'), share: number() },
    'On CPU time only: the server uses this share of a core while nobody asks.',
  ),
  object(
    { code: literal('spins'), fewestMs: number(), mostMs: number() },
    'On CPU time only: per request, it is much more with the fewest users than with the most.',
  ),
] as const;
export const rowReasonSchema = anyOf(rowReasonSchemas, 'Why a row supports no verdict.');
export type RowReason = Static<typeof rowReasonSchema>;

const comparedRowSchema = object({
  target: targetSchema,
  run: optional(oneOf(['before', 'after'], 'Which of two compared runs; absent within one run.')),
});

export const withheldTargetSchema = object(
  { target: targetSchema, reason: rowReasonSchema },
  'A target without a verdict at any level.',
);
export interface WithheldTarget extends Static<typeof withheldTargetSchema> {}

export const failingTargetSchema = object(
  {
    target: targetSchema,
    reason: anyOf([noAnswerSchema, failedRequestsSchema, queuedRequestsSchema]),
    levels: array(levelSchema, 'Those at which it has such a reason.'),
  },
  'A target that does not carry what others carry, which supports no verdict at any level, with its worst reason.',
);
export interface FailingTarget extends Static<typeof failingTargetSchema> {}

export const withheldReasonSchema = anyOf(
  [
    as<RowReason & Static<typeof comparedRowSchema>>(
      anyOf(
        rowReasonSchemas.map(({ properties }) =>
          object({ ...properties, ...comparedRowSchema.properties }),
        ),
      ),
    ),
    object(
      { code: literal('few-repeats'), repeats: number(), failed: number() },
      'Repeats with figures on both sides, and further ones that failed.',
    ),
    object(
      { code: literal('not-looked-yet') },
      'A run that ends when it has an answer looks at its verdicts after fixed shares of its repeats, and has not come to the first.',
    ),
  ],
  'Why there is no verdict.',
);
export type WithheldReason = Static<typeof withheldReasonSchema>;

export const judgementSchema = anyOf(
  [ratioJudgementSchema, object({ kind: literal('withheld'), reason: withheldReasonSchema })],
  'What the interval of a ratio says about the first target against the second, or why nothing is said.',
);
export type Judgement = Static<typeof judgementSchema>;

export const loadSchema = object(
  { scenario: scenarioSchema, level: levelSchema },
  'A level in a scenario.',
);
export interface Load extends Static<typeof loadSchema> {}

export const loadRatioSchema = object(
  {
    ...loadSchema.properties,
    ratio: optional(
      described(
        estimateSchema,
        'As over all levels, but not part of what the error rate holds for. Absent if the two cannot be compared there.',
      ),
    ),
    repeats: number('Number of repeats with figures of both targets.'),
  },
  'Two targets at one level.',
);
export interface LoadRatio extends Static<typeof loadRatioSchema> {}

export const verdictSchema = object(
  {
    first: targetSchema,
    second: targetSchema,
    judgement: described(judgementSchema, 'How the first compares with the second.'),
    ratio: optional(
      described(
        estimateSchema,
        'First ÷ second, as the geometric mean over the repeats. The faster target has the higher request rate, or the lower median response time. Absent if the verdict is withheld.',
      ),
    ),
    repeats: number(
      'Number of repeats with figures of both targets; of the level with the fewest if there are several.',
    ),
    moreRepeats: optional(
      number(
        'Further repeats with which a resumed run would probably (80 %) tell which target is faster, or that they are equal, if ratio and noise are as measured. Absent if the pair is decided, if the verdict is withheld, and above 1000.',
      ),
    ),
    repeatsAnew: optional(
      number(
        'The repeats of a new run with one look that would; fewer, because a resumed run has spent most of its error.',
      ),
    ),
    loads: array(loadRatioSchema, 'The levels that both targets have.'),
    reversedAt: optional(
      array(
        loadSchema,
        'The levels at which the slower target won, which a mean would hide. Absent if there are none.',
      ),
    ),
  },
  'The verdict on two targets over all levels.',
);
export interface Verdict extends Static<typeof verdictSchema> {}

export const noiseSchema = object(
  {
    measured: number(
      'Coefficient of variation of the rate of a target at a level between repeats, without what a repeat did to all targets.',
    ),
    assumed: number('What `plan` assumes if it is not told.'),
  },
  'The noise between repeats, as shares.',
);

export const headlineVerdictsSchema = object(
  {
    figure: described(judgedFigureSchema, 'The figure that they compare.'),
    verdicts: array(verdictSchema),
    loads: array(loadSchema),
    given: number('Verdicts that are not withheld.'),
    decided: number('Of these, pairs of which one is faster, or that are equal.'),
    failing: array(
      failingTargetSchema,
      'Targets whose verdicts are all withheld because they failed too many requests at one of the levels, had no correct answer there in a repeat, or let requests queue up that another target answered.',
    ),
    noise: optional(described(noiseSchema, 'Absent without a verdict.')),
  },
  'The verdicts over the whole run, one for each pair: over all closed loops, or all open loops if there are no others. They are made together and share one probability of error. A pair is compared at the levels at which both targets support a verdict.',
);
export interface HeadlineVerdicts extends Static<typeof headlineVerdictsSchema> {}

export const cpuJudgementSchema = anyOf(
  [
    object(
      { kind: oneOf(['more', 'less']), isBeyondMargin: boolean() },
      'If not `isBeyondMargin`, the difference is sure, but it may be within the margin.',
    ),
    ...alikeSchemas,
    object({ kind: literal('withheld'), reason: withheldReasonSchema }),
  ],
  'Which of two targets needs more.',
);
export type CpuJudgement = Static<typeof cpuJudgementSchema>;

export const cpuVerdictSchema = object({
  ...pick(verdictSchema, 'first', 'second', 'repeats'),
  judgement: described(cpuJudgementSchema, 'What the first needs, compared with the second.'),
  ratio: optional(described(estimateSchema, 'First ÷ second. Absent if the verdict is withheld.')),
});
export interface CpuVerdict extends Static<typeof cpuVerdictSchema> {}

export const cpuVerdictsSchema = object(
  {
    verdicts: array(cpuVerdictSchema),
    ...pick(headlineVerdictsSchema, 'given', 'decided'),
    noise: optional(
      number(
        'Coefficient of variation between repeats, without what a repeat did to all targets. Absent without a verdict.',
      ),
    ),
  },
  'The verdicts on the CPU time that the servers need per request, over all levels: what capacity costs, and nothing on speed. They share a probability of error of their own.',
);
export interface CpuVerdicts extends Static<typeof cpuVerdictsSchema> {}

export const cpuFindingSchema = anyOf(
  [
    object(
      {
        code: literal('more'),
        more: targetSchema,
        less: targetSchema,
        timesAtLeast: number('How many times as much CPU time `more` needs, at least.'),
      },
      'The surest difference.',
    ),
    object(
      { code: literal('equal'), targets: number() },
      'All targets need the same within the margin.',
    ),
    object(
      {
        code: literal('open'),
        timesAtMost: number('How many times as much CPU time one may need as another, at most.'),
      },
      'The rig was the limit of the rates, and CPU time does not tell the targets apart either.',
    ),
    object(
      { code: literal('withheld'), ...withheldTargetSchema.properties },
      'The rig was the limit of the rates, and the CPU time of a target is not what its requests cost.',
    ),
  ],
  'What the verdicts on CPU time per request come to.',
);
export type CpuFinding = Static<typeof cpuFindingSchema>;

export const leadSchema = object(
  { least: number(), most: number() },
  'How many times as fast a target is as another, as an interval that holds for all pairs together.',
);
export interface Lead extends Static<typeof leadSchema> {}

export const comparedSchema = object({
  judgement: ratioJudgementSchema,
  timesAsFast: leadSchema,
});
/** How a target compares with another. */
export interface Compared extends Static<typeof comparedSchema> {}

export const rankedTargetSchema = object({
  target: targetSchema,
  ranks: object(
    { best: number(), worst: number() },
    'The ranks that its verdicts allow: 2 to 3 if it cannot be told apart from one other target.',
  ),
  mean: optional(
    described(
      estimateSchema,
      'The geometric mean of its figure over the levels of the ranking, which the order follows. Absent if it lacks a figure at one of them.',
    ),
  ),
});
export interface RankedTarget extends Static<typeof rankedTargetSchema> {}

const leadAtLevelSchema = object({ ...loadSchema.properties, timesAsFast: number() });
export interface LeadAtLevel extends Static<typeof leadAtLevelSchema> {}

export const rankedPairSchema = object(
  {
    target: targetSchema,
    over: targetSchema,
    ...comparedSchema.properties,
    atLevels: optional(
      array(
        leadAtLevelSchema,
        'The levels with the least and the greatest ratio, in their order; absent unless these differ by clearly more than their noise.',
      ),
    ),
  },
  'How `target` compares with `over`.',
);
export interface RankedPair extends Static<typeof rankedPairSchema> {}

export const rankingFindingSchema = anyOf(
  [
    object(
      {
        code: literal('fastest'),
        leads: array(
          object({ over: targetSchema, ...comparedSchema.properties }),
          'Over the second target, and over the last.',
        ),
      },
      'The first target is the fastest.',
    ),
    object(
      { code: literal('slowest'), target: targetSchema, timesAsFast: leadSchema },
      'One target is the slowest; the others are so many times as fast.',
    ),
    object({ code: literal('all-equal') }),
    object(
      {
        code: literal('decided-pair'),
        faster: targetSchema,
        slower: targetSchema,
        lead: comparedSchema,
      },
      'The decided pair with the fastest targets.',
    ),
    object({ code: literal('none-faster') }),
  ],
  'What a ranking shows, the strongest of these that holds.',
);
export type RankingFinding = Static<typeof rankingFindingSchema>;

const targetRateSchema = object({ target: targetSchema, requestRatePerSecond: number() });
export interface TargetRate extends Static<typeof targetRateSchema> {}

export const noRankingReasonSchema = anyOf(
  [
    object(
      { code: literal('withheld'), reason: withheldReasonSchema },
      'The most frequent reason for which verdicts are withheld.',
    ),
    object(
      {
        code: literal('rig-limit'),
        load: described(
          loadSchema,
          'The highest level at which the rig was the limit of a target; all rates are those at this level.',
        ),
        targets: array(
          targetRateSchema,
          'Those at the limit of the rig, each with the rate that it reaches at least.',
        ),
        below: array(targetRateSchema, 'Those below the limit of the rig.'),
        bypass: array(
          targetRateSchema,
          'The rate of each compared target without the middleware, where the same load was also sent straight at the servers, the fastest first; empty unless all have one.',
        ),
        isBypassApart: boolean(
          'Whether each of these rates is at least 1.5 times the next and higher in every repeat, with as many repeats as a verdict needs; it is not a verdict.',
        ),
      },
      'The rig was the limit, not the servers.',
    ),
    object(
      { code: literal('time-up'), repeats: number(), needed: number('At least, for a verdict.') },
      'The time that the user gave was too short for a verdict.',
    ),
    object({ code: oneOf(['one-target', 'noop-backend', 'no-common-level']) }),
  ],
  'Why nothing is ranked.',
);
export type NoRankingReason = Static<typeof noRankingReasonSchema>;

export const rankingSchema = object(
  {
    figure: described(judgedFigureSchema, 'What decides.'),
    loads: array(
      loadSchema,
      'The levels that have verdicts: if every result at a level fails a check, the level is left out.',
    ),
    allLoads: number('Number of levels, including those left out.'),
    isUneven: boolean('Whether some of the verdicts rest on fewer levels than others.'),
    repeats: object({ least: number(), most: number() }, 'Repeats per level and verdict.'),
    isDecided: boolean('Whether a verdict tells any two targets apart.'),
    finding: rankingFindingSchema,
    judged: array(
      rankedTargetSchema,
      'The fastest first, and by their means as far as no verdict tells them apart; by name if none tells any two apart.',
    ),
    pairs: array(
      rankedPairSchema,
      'Each target with the next; all pairs if no verdict tells any two apart. Those without a verdict are left out.',
    ),
    unjudged: array(targetSchema, 'Targets without a verdict.'),
  },
  'The targets of a run by their speed over all levels.',
);
export interface Ranking extends Static<typeof rankingSchema> {}
