import { number, object, optional, type Static } from '../../schema.ts';
export const servingCountersSchema = object(
  {
    count: number('The number of requests in the sums.'),
    requestMs: optional(
      number("From a request's receipt to its answer, as far as the platform sees it."),
    ),
    queueMs: optional(number('Waiting for the model.')),
    computeMs: optional(number('In the model.')),
    computations: optional(
      number(
        'How often the model was computed for them: less often than `count` if batches formed.',
      ),
    ),
  },
  "What a serving reports about its own times: the sums over all requests since its start, in milliseconds. Times that the platform does not report are absent. The platform's reader says what exactly its times include.",
);
export interface ServingCounters extends Static<typeof servingCountersSchema> {}

/** The names of the times. */
export const SERVING_TIMES = ['requestMs', 'queueMs', 'computeMs'] as const;

/**
 * The default export of a platform's `statistics.ts`: reads the platform's page of counters.
 * @param model - The name under which the platform serves the model.
 */
export type ReadStatistics = (page: string, model: string) => ServingCounters;

/** Where the simulated server has {@link ServingCounters} as JSON, whatever it simulates. */
export const COUNTERS_PATH = '/serving-compare/counters';

/** The media type of the simulated server's page, which is {@link ServingCounters} as JSON for every platform. */
export const COUNTERS_TYPE = 'application/vnd.serving-compare.counters+json';
