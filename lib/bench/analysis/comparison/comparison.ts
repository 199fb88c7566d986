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
import { planSchema } from '../../model/plan.ts';
import { comparedFigureSchema, withheldReasonSchema } from '../verdict-types.ts';
import { levelSchema, scenarioSchema, targetSchema } from '../../model/measurement.ts';
import { estimateSchema } from '../../stats/interval.ts';
import { machineStateSchema } from '../machine.ts';
import { validitySchema } from '../summary.ts';
import { isOpen, ratioJudgementSchema } from '../../stats/judgement.ts';

const bothRunsSchema = object({ before: number(), after: number() });

export const changeReasonSchema = anyOf(
  [
    withheldReasonSchema,
    object(
      { code: literal('too-few-repeats'), needed: number(), ...bothRunsSchema.properties },
      'How many repeats with figures each run has.',
    ),
    object(
      { code: literal('too-few-answers'), ...bothRunsSchema.properties },
      'How many answers each run has, too few for the percentile.',
    ),
    object(
      { code: literal('busier-machine'), others: number('Other targets under the same load.') },
      'The busier machine may be why the figure changed: it did not surely change by more than those of the other targets.',
    ),
  ],
  'Why there is no verdict.',
);
export type ChangeReason = Static<typeof changeReasonSchema>;

export const changeJudgementSchema = anyOf(
  [ratioJudgementSchema, object({ kind: literal('withheld'), reason: changeReasonSchema })],
  'How the later run compares with the earlier one.',
);

export const changeSchema = object(
  {
    target: targetSchema,
    scenario: scenarioSchema,
    level: levelSchema,
    figure: comparedFigureSchema,
    before: optional(
      number('Over all repeats, in requests/s or ms. Absent if a run has no figure.'),
    ),
    after: optional(number()),
    judgement: changeJudgementSchema,
    isSizeUncertain: optional(
      literal(
        true,
        'The figure is slower or faster, but the machine was busier in one of the runs, which may be a part of the change. Absent otherwise.',
      ),
    ),
    ratio: optional(
      described(
        estimateSchema,
        'After ÷ before: of rates and medians the geometric mean over the repeats, of p95s that of all answers. Absent if the verdict is withheld, unless for a busier machine.',
      ),
    ),
    repeats: described(bothRunsSchema, 'Number of compared repeats of each run.'),
  },
  'How one figure of a target at one level changed from the earlier run to the later one.',
);
export interface Change extends Static<typeof changeSchema> {}

/** Whether a figure has no verdict because the machine may be why it changed. */
export const isByMachine = ({ judgement }: Pick<Change, 'judgement'>): boolean =>
  judgement.kind === 'withheld' && judgement.reason.code === 'busier-machine';

/** Whether nothing is known of a figure: it may be far slower or far faster. */
export const isUnknown = ({ judgement: { kind } }: Pick<Change, 'judgement'>): boolean =>
  kind === 'noisy' || kind === 'withheld';

/** The word of `--fail-on` that matches a change; undefined if the figure is surely not slower. */
export const failureOf = ({ judgement }: Pick<Change, 'judgement'>): string | undefined => {
  if (judgement.kind === 'slower' && judgement.isBeyondMargin) return 'slower';
  if (judgement.kind === 'slower' || isOpen(judgement)) return 'undecided';
  return judgement.kind === 'withheld' ? 'withheld' : undefined;
};

export const runDifferenceSchema = object(
  { what: string(), before: string(), after: string() },
  'A fact that differs between the runs.',
);
export interface RunDifference extends Static<typeof runDifferenceSchema> {}

export const machineLoadsSchema = object(
  {
    busier: oneOf(['before', 'after'], 'The run whose machine was busier.'),
    cores: number(),
    before: machineStateSchema,
    after: machineStateSchema,
  },
  'How busy the machine was in both runs.',
);
export interface MachineLoads extends Static<typeof machineLoadsSchema> {}

export const commonChangeSchema = object(
  {
    kind: oneOf(['slower', 'faster']),
    targets: number(),
    least: number('The change of the target that changed least, over all its levels, as a share.'),
    most: number('That of the one that changed most.'),
  },
  'A change of the rate or the median that all targets share.',
);
export interface CommonChange extends Static<typeof commonChangeSchema> {}

export const comparedRunSchema = object(
  {
    folder: string('Folder of the run, as it was given.'),
    createdAt: string(),
    planHash: string(),
    valid: boolean('Whether the run as a whole is valid. If not, its reasons are in `invalid`.'),
    invalid: optional(validitySchema.properties.reasons),
    isGoingOn: optional(boolean()),
    only: optional(
      array(
        string(),
        'The results, by row key, that the other run does not have. Absent if there are none.',
      ),
    ),
    served: described(
      planSchema.properties.served,
      'What answered for each serving; absent with the simulated server.',
    ),
  },
  'One of the compared runs.',
);
export interface ComparedRun extends Static<typeof comparedRunSchema> {}

export const comparisonSchema = object(
  {
    format: literal(3),
    before: comparedRunSchema,
    after: comparedRunSchema,
    differences: array(
      runDifferenceSchema,
      'What may explain the changes: software, commit, images.',
    ),
    loads: optional(
      described(machineLoadsSchema, 'Absent if the loads were alike, or are not known.'),
    ),
    common: optional(
      described(
        commonChangeSchema,
        'The machine or what all targets share is its likely cause. Absent without such a change.',
      ),
    ),
    counts: described(
      object({
        slower: number(),
        faster: number(),
        equal: number(),
        bounded: number(),
        noisy: number(),
        withheld: number(),
      }),
      'Number of figures with each kind of verdict.',
    ),
    again: optional(
      object(
        {
          repeats: number('Of each run.'),
          isBusy: boolean('Whether other programs may be why there is no verdict.'),
          command: string(),
        },
        'How to measure both runs again, so that figures without a verdict get one. Absent if all have one, or if that would not help.',
      ),
    ),
    changes: array(changeSchema),
  },
  'The content of `comparison.json`.',
);
export interface Comparison extends Static<typeof comparisonSchema> {}
