import {
  array,
  boolean,
  described,
  literal,
  number,
  object,
  optional,
  string,
  type Static,
} from '../../../../serving-configs/schema.ts';
import { planSchema } from '../../model/plan.ts';
import { comparedFigureSchema, judgementSchema } from '../verdict-types.ts';
import { levelSchema, scenarioSchema, targetSchema } from '../../model/measurement.ts';
import { estimateSchema } from '../../stats/interval.ts';
import { validitySchema } from '../summary.ts';
import { isOpen } from '../../stats/judgement.ts';

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
    judgement: described(judgementSchema, 'How the later run compares with the earlier one.'),
    ratio: optional(
      described(
        estimateSchema,
        'After ÷ before, as the geometric mean over the repeats. Absent if the verdict is withheld.',
      ),
    ),
    repeats: number('Number of repeats with figures in both runs.'),
  },
  'How one figure of a target at one level changed from the earlier run to the later one.',
);
export interface Change extends Static<typeof changeSchema> {}

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
    format: literal(2),
    before: comparedRunSchema,
    after: comparedRunSchema,
    differences: array(
      runDifferenceSchema,
      'What may explain the changes: software, commit, images.',
    ),
    changes: array(changeSchema),
  },
  'The content of `comparison.json`.',
);
export interface Comparison extends Static<typeof comparisonSchema> {}
