import { buildTargets } from '../plan/build-targets.ts';
import type { PlanOptions } from '../model/plan-options.ts';
import type { PlanPlace, RunSettings } from '../model/plan.ts';
import type { ChosenServings } from '../run/runtime/choose-servings.ts';
import { statementOf } from '../wording/statement.ts';

/** A run that has no plan yet. */
export interface AnnouncedRun {
  readonly options: PlanOptions;
  /** Whether each of the servings must take part. */
  readonly strict: boolean;
  readonly settings: RunSettings;
  readonly place: PlanPlace;
  readonly chosen: ChosenServings;
}

/** What will be compared, before it is: random weights are not trained, and a model of one's own counts as trained. */
export const announcement = ({
  options,
  strict,
  settings,
  place,
  chosen: { servings, served },
}: AnnouncedRun): string =>
  statementOf({
    targets: buildTargets({ ...options, servings }, strict),
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
    ...(served === undefined ? {} : { served }),
  });
