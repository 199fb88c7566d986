import type { Target } from '../model/measurement.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import type { PlanPlace, RunSettings } from '../model/plan.ts';
import type { ChosenServings } from '../run/runtime/choose-servings.ts';
import { statementOf } from '../wording/statement.ts';

/** A run that has no plan yet. */
export interface AnnouncedRun {
  readonly options: PlanOptions;
  readonly targets: readonly Target[];
  readonly settings: RunSettings;
  readonly place: PlanPlace;
  readonly chosen: Pick<ChosenServings, 'served'>;
}

/** What will be compared, before the model exists: random weights are not trained, and a user's model counts as trained. */
export const announcement = ({
  options,
  targets,
  settings,
  place,
  chosen: { served },
}: AnnouncedRun): string =>
  statementOf({
    targets,
    model: {
      file: settings.modelFile ?? '',
      sha256: '',
      trained:
        settings.modelFile !== undefined &&
        settings.modelTrained !== false &&
        options.engine === 'onnx',
    },
    options,
    settings,
    ...place,
    served,
  });
