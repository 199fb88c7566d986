import {
  array,
  boolean,
  literal,
  number,
  object,
  oneOf,
  optional,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { FAULTS } from './fault.ts';
import { failuresSchema } from './load-result.ts';

export const partFiguresSchema = object(
  {
    requests: number(),
    failed: number(),
    failures: failuresSchema,
    p50Ms: optional(number('Of correct answers; absent if there are none.')),
    p99Ms: optional(number()),
  },
  'The good requests of one part of the window, by planned send time. Requests in flight when the fault began count as part of the time with the fault.',
);
export interface PartFigures extends Static<typeof partFiguresSchema> {}

export const badAnswersSchema = object(
  {
    answer: string(
      'A status of HTTP (`400`) or gRPC (`INVALID_ARGUMENT`), `closed` without an answer, or `none` until the fault ended.',
    ),
    count: number(),
    medianMs: optional(number('Absent if it was not timed.')),
  },
  'How often bad requests got the same answer.',
);
export interface BadAnswers extends Static<typeof badAnswersSchema> {}

export const SLICE_SECONDS = 0.5;

export const faultFiguresSchema = object(
  {
    kind: literal('fault'),
    fault: oneOf(FAULTS),
    partSeconds: number('The window has `FAULT_PARTS` of these.'),
    before: partFiguresSchema,
    during: partFiguresSchema,
    after: partFiguresSchema,
    slices: array(partFiguresSchema, 'The time after the fault, in slices of `SLICE_SECONDS`.'),
    answers: array(badAnswersSchema, 'Empty for faults that send nothing.'),
    memoryMiB: optional(
      object(
        {
          before: number(),
          after: number(),
        },
        'Before the fault and at the end, as in `ResourceUse`.',
      ),
    ),
    processesLost: optional(
      number(
        'Processes of the serving that existed before the fault but not at the end. A process that the fault killed does not count if it was replaced. Absent if unknown.',
      ),
    ),
    answersAgain: boolean(
      'Whether a good request was answered after the window, within the time in `STABILITY_LIMITS`.',
    ),
    ended: optional(string('How the serving ended, if it did.')),
  },
  'The effect of one fault.',
);
export interface FaultFigures extends Static<typeof faultFiguresSchema> {}

export const resourceUseSchema = object(
  {
    memoryMiB: optional(number('Of all its processes, or of its node if these cannot be read.')),
    gpuMemoryMiB: optional(number('Of the first GPU of its machine.')),
    openFiles: optional(number('Of all its processes.')),
  },
  'Resource use of a serving. Unknown figures are absent.',
);
export interface ResourceUse extends Static<typeof resourceUseSchema> {}

export const soakSliceSchema = object(
  {
    ...partFiguresSchema.properties,
    ...resourceUseSchema.properties,
    fromSeconds: number('From the start of the window.'),
  },
  'A slice of a soak: its requests, and the resource use at its end.',
);
export interface SoakSlice extends Static<typeof soakSliceSchema> {}

export const soakFiguresSchema = object(
  {
    kind: literal('soak'),
    sliceSeconds: number(),
    slices: array(soakSliceSchema),
    ended: optional(string('How the serving ended, if it did.')),
  },
  'A soak: constant load, slice by slice.',
);
export interface SoakFigures extends Static<typeof soakFiguresSchema> {}
