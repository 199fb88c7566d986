import { number, object, pick, type Static } from '../../../serving-configs/schema.ts';
import type { Plan } from '../model/plan.ts';
import { pilotSchema, type ResultRecord } from '../model/record.ts';
import { completeRepeats, type MeasurementRecords } from './records.ts';

export const methodSchema = object(
  {
    ...pick(pilotSchema, 'order', 'because'),
    repeats: number('Complete ones.'),
    windows: number('Of each target and level in a repeat.'),
    seconds: object({ least: number(), most: number() }, 'Length of a window.'),
  },
  'How a run measured.',
);
export interface Method extends Static<typeof methodSchema> {}

/** How a run measured; undefined if it has no window of a serving. */
export const methodOf = (
  plan: Plan,
  measurements: MeasurementRecords,
  records: readonly ResultRecord[],
): Method | undefined => {
  const measured = [...measurements.completed.values()]
    .map(({ measurement }) => measurement)
    .filter(({ engine, stability }) => engine !== 'noop' && stability === undefined);
  if (measured.length === 0) return undefined;
  const pilot = records.find((record) => record.kind === 'pilot');
  const seconds = measured.map(({ durationSeconds }) => durationSeconds);
  return {
    order: pilot?.order ?? plan.options.order,
    because: pilot?.because,
    repeats: Math.min(
      completeRepeats(plan, measurements),
      Math.max(...measured.map(({ repeat }) => repeat)),
    ),
    windows: Math.max(...measured.map(({ block }) => block)),
    seconds: { least: Math.min(...seconds), most: Math.max(...seconds) },
  };
};
