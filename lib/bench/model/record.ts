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
import { servingCountersSchema } from '../../../serving-configs/protocols/statistics/serving-counters.ts';
import { comparedOutputSchema } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import { nodeFiguresSchema } from '../../aws/contract/node-figures.ts';
import { loadResultSchema } from './load-result.ts';
import { manyRecordSchema } from './many-models.ts';
import { engineSchema, levelSchema, measurementSchema, targetSchema } from './measurement.ts';
import { planOptionsSchema } from './plan-options.ts';
import { faultFiguresSchema, soakFiguresSchema } from './stability.ts';

export const middlewareUseSchema = object(
  {
    cpuMs: number('Of all processes.'),
    busiestCpuShare: number('Of the busiest process, as a share of one core.'),
  },
  'CPU use of the middleware in the measuring window, from its `/metrics`.',
);
export interface MiddlewareUse extends Static<typeof middlewareUseSchema> {}

export const servingUseSchema = object(
  {
    cpuMs: number('CPU time, user and system, in steps of 10 ms.'),
    waitMs: optional(
      number(
        'Time that its threads were ready to run and waited for a core; absent if the system does not report it.',
      ),
    ),
    memoryMiB: optional(number('Resident memory after the load.')),
    answers: number('Requests that were answered meanwhile, see `load.answers`.'),
  },
  'What all processes of the serving used for a load: from before the first request of the warm-up until every request was answered.',
);
export interface ServingUse extends Static<typeof servingUseSchema> {}

export const computedSchema = object(
  {
    computations: number(),
    inputs: number('More than `computations` if batches formed.'),
  },
  'How often the model was computed, and for how many inputs.',
);
export interface Computed extends Static<typeof computedSchema> {}

export const servingStartSchema = object(
  {
    timeToReadyMs: number('From the start of the process to the first healthy answer.'),
    firstRequestMs: number('Response time of the first request through the middleware.'),
    idleMemoryMiB: optional(
      number(
        'Resident memory of its processes before that request; absent if the system does not report it, and on node pairs.',
      ),
    ),
    idleCpuShare: optional(
      number(
        'Share of one core that its processes used between the two, while nobody asked; absent like `idleMemoryMiB`.',
      ),
    ),
  },
  'The start of the serving before a measurement; absent if it was already running.',
);
export interface ServingStart extends Static<typeof servingStartSchema> {}

export const measurementNodesSchema = object(
  {
    serving: optional(nodeFiguresSchema),
    middleware: optional(nodeFiguresSchema),
  },
  'Resource use of both nodes of a pair in the measuring window; a node without samples is absent.',
);
export interface MeasurementNodes extends Static<typeof measurementNodesSchema> {}

export const completedBypassRunSchema = object(
  {
    ...pick(
      loadResultSchema,
      'startedAt',
      'durationSeconds',
      'succeeded',
      'failed',
      'failures',
      'requestRatePerSecond',
      'latency',
      'histogram',
      'self',
    ),
    state: literal('completed'),
    images: number(
      'Number of different requests; less than the number of images if requests are large.',
    ),
    rateShare: number('Request rate through the middleware ÷ request rate of the bypass run.'),
  },
  'The same load without the middleware, right after the window: the same bytes, at the same level, from the same load generator, straight to the serving, which is warm by then. Every answer with status 200, or OK in gRPC, counts as correct.',
);
export interface CompletedBypassRun extends Static<typeof completedBypassRunSchema> {}

export const failedBypassRunSchema = object(
  {
    state: literal('failed'),
    reason: string(),
  },
  'A bypass run without figures. The measurement keeps its own figures.',
);

export const recordOriginSchema = object(
  {
    pair: number('From 1.'),
  },
  'The node pair that wrote a record.',
);
export interface RecordOrigin extends Static<typeof recordOriginSchema> {}

export const recordSourceSchema = object(
  {
    pair: optional(recordOriginSchema.properties.pair),
    planHash: optional(
      string('Hash of its plan. The runner adds it to every line that it writes.'),
    ),
  },
  'Where a record comes from.',
);

export const reportedServingTimesSchema = object(
  {
    ...servingCountersSchema.properties,
    state: literal('reported'),
  },
  "The serving's own times in the window, from its counters before and after it.",
);

export const unreportedServingTimesSchema = object(
  {
    state: literal('unreported'),
    reason: string(),
  },
  "The serving's counters could not be read. The measurement keeps its other figures.",
);
export interface UnreportedServingTimes extends Static<typeof unreportedServingTimesSchema> {}

const endedMeasurementSchema = object({
  ...recordSourceSchema.properties,
  kind: literal('measurement'),
  measurement: measurementSchema,
  startedAt: string(),
  finishedAt: string(),
});

export const completedMeasurementSchema = object({
  ...endedMeasurementSchema.properties,
  state: literal('completed'),
  start: optional(servingStartSchema),
  load: loadResultSchema,
  middleware: middlewareUseSchema,
  servingUse: optional(
    described(
      servingUseSchema,
      'Absent on node pairs, for servers that were already running, and if the system does not report it.',
    ),
  ),
  computed: optional(
    described(
      computedSchema,
      'For the whole load; absent if the serving does not count it, and on node pairs.',
    ),
  ),
  othersCpuShare: optional(
    number(
      'Share of the time of all cores that programs outside of this run used meanwhile; absent like `servingUse`.',
    ),
  ),
  serving: optional(
    anyOf(
      [reportedServingTimesSchema, unreportedServingTimesSchema],
      'Absent if the platform does not report times.',
    ),
  ),
  nodes: optional(described(measurementNodesSchema, 'Absent if everything ran on one machine.')),
  bypass: optional(
    anyOf([completedBypassRunSchema, failedBypassRunSchema], 'Absent if none is planned.'),
  ),
  stability: optional(
    anyOf([faultFiguresSchema, soakFiguresSchema], 'Present for a stability test.'),
  ),
});
export interface CompletedMeasurement extends Static<typeof completedMeasurementSchema> {}

export const failedMeasurementSchema = object({
  ...endedMeasurementSchema.properties,
  state: literal('failed'),
  code: string('`BENCH_…`.'),
  message: string(),
});
export interface FailedMeasurement extends Static<typeof failedMeasurementSchema> {}

export const classScoreSchema = object(
  {
    class: number('Index of the class.'),
    score: number(),
  },
  'A class with its probability.',
);
export interface ClassScore extends Static<typeof classScoreSchema> {}

export const scoreDifferenceSchema = object(
  {
    class: number(),
    expected: number(),
    answered: number(),
    atMost: optional(
      oneOf(
        ['expected', 'answered'],
        'Which of the two is only an upper bound: the class is not among the best five, so the fifth score is given.',
      ),
    ),
  },
  'A class whose answered probability differs from the direct computation.',
);
export interface ScoreDifference extends Static<typeof scoreDifferenceSchema> {}

/**
 * How an answer fails, the gravest first: it is wrong; it cannot be read as the protocol says; or none came, because of a connection, a
 * timeout or a refusal.
 */
export const ANSWER_FAULTS = ['wrong-answer', 'not-understood', 'no-answer'] as const;
export type AnswerFault = (typeof ANSWER_FAULTS)[number];

/** The codes of measurements that were not made because their target failed its answer check. */
export const FAULT_CODES = {
  'wrong-answer': 'BENCH_WRONG_ANSWER',
  'not-understood': 'BENCH_NOT_UNDERSTOOD',
  'no-answer': 'BENCH_NO_ANSWER',
} as const satisfies Record<AnswerFault, string>;

export const isAnswerFault = (code: string): boolean =>
  Object.values<string>(FAULT_CODES).includes(code);

const failedAnswerSchema = object(
  {
    fault: optional(oneOf(['not-understood', 'no-answer'], 'Present with `error`.')),
    error: optional(string('Why there was no answer, or why it was not understood.')),
  },
  'Why an answer could not be compared.',
);

export const checkedImageSchema = object(
  {
    ...failedAnswerSchema.properties,
    file: string(),
    expectedClass: number(),
    answeredClass: optional(number('Absent with `error`.')),
    largestRelativeDifference: optional(
      number(
        'Largest relative difference of a probability from the expected one; absent with `error`.',
      ),
    ),
    difference: optional(
      described(
        scoreDifferenceSchema,
        'The probability with the largest difference; absent if that is within the tolerance.',
      ),
    ),
  },
  'The answer of a target to one image.',
);
export interface CheckedImage extends Static<typeof checkedImageSchema> {}

export const checkedTensorsSchema = object(
  {
    ...failedAnswerSchema.properties,
    file: string(),
    outputs: optional(
      array(
        comparedOutputSchema,
        'Each output compared with the expected one; absent with `error`.',
      ),
    ),
  },
  'The answer of a target to one request with named tensors.',
);
export interface CheckedTensors extends Static<typeof checkedTensorsSchema> {}

export const answerCheckSchema = object(
  {
    ...recordSourceSchema.properties,
    kind: literal('answer-check'),
    target: targetSchema,
    engine: engineSchema,
    state: oneOf(['passed', 'failed']),
    startedAt: string('ISO 8601.'),
    trained: boolean(),
    relativeTolerance: optional(
      number('Largest relative difference of a probability that passes; absent for named tensors.'),
    ),
    images: array(checkedImageSchema, 'Empty for named tensors.'),
    tensors: optional(array(checkedTensorsSchema, 'Present for named tensors.')),
    odd: optional(
      array(
        checkedImageSchema,
        'Answers to images that decoders treat differently, which do not affect `state`. Absent if none were sent.',
      ),
    ),
    fastestMs: optional(number('Time of its fastest answer; absent if none came.')),
    fault: optional(
      oneOf(ANSWER_FAULTS, 'The gravest fault of its answers; present if it failed.'),
    ),
    reason: optional(string('Why the check failed, in words.')),
  },
  'Compares the answers of a target with the direct computation, before its first timed measurement.',
);
export interface AnswerCheck extends Static<typeof answerCheckSchema> {}

export const calibrationTrySchema = object(
  {
    startedAt: string('Start of the window, ISO 8601.'),
    durationSeconds: number(),
    succeeded: number(),
    failed: number(),
    requestRatePerSecond: number(),
    meanMs: number(),
    minMs: number(),
    ownMs: number(
      'Mean time that the middleware spent itself, from `Server-Timing`: all parts without the wait for the serving.',
    ),
    roundTripMs: optional(
      number(
        'Between the nodes of middleware and serving, measured before the window; absent on one machine.',
      ),
    ),
  },
  'One measurement of a known latency.',
);
export interface CalibrationTry extends Static<typeof calibrationTrySchema> {}

export const calibrationSchema = object(
  {
    ...recordSourceSchema.properties,
    kind: literal('calibration'),
    state: oneOf(
      ['completed', 'failed'],
      '`failed`: there are no figures. Whether figures are accurate is up to the check of this name.',
    ),
    target: targetSchema,
    virtualUsers: number(),
    delayMs: number('Time that the serving takes for each request, one at a time.'),
    tries: array(
      calibrationTrySchema,
      'A wrong try is repeated, because the machine may have been busy. The last one counts.',
    ),
    reason: optional(string('Why there are no figures.')),
  },
  'Measures a serving of known latency with the whole rig, before the first measurement of the run or of each node pair.',
);
export interface Calibration extends Static<typeof calibrationSchema> {}

export const measurementRecordSchema = anyOf(
  [completedMeasurementSchema, failedMeasurementSchema],
  'The result of a measurement.',
);
export type MeasurementRecord = Static<typeof measurementRecordSchema>;

export const pilotSchema = object(
  {
    ...recordSourceSchema.properties,
    kind: literal('pilot'),
    order: described(
      planOptionsSchema.properties.order,
      'How the servers take turns, now that they have run.',
    ),
    because: optional(
      oneOf(
        ['memory', 'busy-idle', 'accelerator', 'not-started'],
        'Why they run one at a time, although the plan has them side by side: their memory does not fit; one of them works while it is idle; they share an accelerator; or one did not start.',
      ),
    ),
    windows: array(
      object({
        level: levelSchema,
        slowestMs: optional(
          number('How long the slowest target took for an answer; absent if it was not asked.'),
        ),
        seconds: number('Length of the measuring window at this level.'),
      }),
    ),
    faulty: optional(
      array(
        object({
          target: targetSchema,
          engine: engineSchema,
          load: object({
            answers: number('All answers, with these.'),
            wrongAnswers: optional(number()),
            notUnderstood: optional(number()),
          }),
        }),
        'Its loads with wrong answers, or answers that were not understood. Absent if there were none.',
      ),
    ),
  },
  'What a run found out before its first window.',
);
export interface Pilot extends Static<typeof pilotSchema> {}

export const scheduleSchema = object(
  {
    ...recordSourceSchema.properties,
    kind: literal('schedule'),
    repeats: number('Repeats that fit into the time, with those that are measured already.'),
  },
  'How many repeats a run plans that ends when it has an answer, estimated after its first repeat. The shares of them at which it looks at its verdicts are fixed, see `stats/looks.ts`. A run that is resumed after its time was up has another one.',
);
export interface Schedule extends Static<typeof scheduleSchema> {}

export const stoppedSchema = object(
  {
    ...recordSourceSchema.properties,
    kind: literal('stopped'),
    repeats: number('Number of repeats that were measured.'),
    why: oneOf(
      ['decided', 'close', 'time-up', 'all-measured'],
      '`decided`: the order of the targets is known; `close`: what is not known differs by little, or would not be decided by the repeats of the schedule; `time-up`: the time was up before the next repeat, see `RunSettings.maxSeconds`; `all-measured`: the repeats of the schedule.',
    ),
  },
  'A run ended before the last repeat of its plan. On the last line of the file, or before one of the kind `resumed`, it says that the run is complete; a resumed run goes on after it.',
);
export interface Stopped extends Static<typeof stoppedSchema> {}

export const resumedSchema = object(
  {
    ...recordSourceSchema.properties,
    kind: literal('resumed'),
    at: string('ISO 8601.'),
    pausedSeconds: number('Since the end of the last measurement, or since it was resumed before.'),
  },
  'A run on one machine was resumed.',
);
export interface Resumed extends Static<typeof resumedSchema> {}

export const resultRecordSchema = anyOf(
  [
    measurementRecordSchema,
    answerCheckSchema,
    calibrationSchema,
    manyRecordSchema,
    pilotSchema,
    scheduleSchema,
    stoppedSchema,
    resumedSchema,
  ],
  'One line of `results.jsonl`.',
);
export type ResultRecord = Static<typeof resultRecordSchema>;
