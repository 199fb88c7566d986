import { number, object, optional, string, type Static } from '../../../serving-configs/schema.ts';
import type { Measurement } from '../model/measurement.ts';
import type { CompletedMeasurement, FailedMeasurement } from '../model/record.ts';

export const windowSchema = object(
  {
    repeat: number(),
    block: number('From 1, in its repeat.'),
    startedAt: string(
      'Start of the window, ISO 8601; of the measurement if that failed before its window.',
    ),
    requestRatePerSecond: optional(number('Absent, like all below, if the measurement failed.')),
    p50Ms: optional(number('Absent without a correct answer.')),
    failed: optional(number('Requests that failed; absent if none did.')),
  },
  'One measuring window of a row.',
);
export interface Window extends Static<typeof windowSchema> {}

/**
 * The windows of a row in the order of the run, those of failed measurements included.
 *
 * @param measurements of one row
 * @param completed records by id
 * @param failed records by id
 */
export const windowsOf = (
  measurements: readonly Measurement[],
  completed: ReadonlyMap<string, CompletedMeasurement>,
  failed: ReadonlyMap<string, FailedMeasurement>,
): readonly Window[] =>
  measurements
    .flatMap(({ id, repeat, block }): readonly Window[] => {
      const load = completed.get(id)?.load;
      const failure = failed.get(id);
      if (load === undefined)
        return failure === undefined ? [] : [{ repeat, block, startedAt: failure.startedAt }];
      return [
        {
          repeat,
          block,
          startedAt: load.startedAt,
          requestRatePerSecond: load.requestRatePerSecond,
          p50Ms: load.latency.count === 0 ? undefined : load.latency.p50Ms,
          failed: load.failed === 0 ? undefined : load.failed,
        },
      ];
    })
    .toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
