/**
 * What a serving says about its own time, as it counts it from its start on: requests, and the sums of their times in
 * milliseconds. A time that the platform does not tell is absent. The times are the platform's own; how it delimits them is with
 * its reader.
 */
export interface ServingCounters {
  /** Requests that the times are of. */
  readonly count: number;
  /** From a request's receipt to its answer, as far as the platform sees it. */
  readonly requestMs?: number;
  /** Waiting for the model. */
  readonly queueMs?: number;
  /** In the model. */
  readonly computeMs?: number;
}

/** The names of the times, in the order of a request's way. */
export const SERVING_TIMES = ['requestMs', 'queueMs', 'computeMs'] as const;

/**
 * The default export of a platform's `statistics.ts`: what its page of counters says.
 * @param model - The name under which the platform serves the model.
 */
export type ReadStatistics = (page: string, model: string) => ServingCounters;

/** The media type of the simulated server's page: {@link ServingCounters} as JSON, whatever the platform. */
export const COUNTERS_TYPE = 'application/vnd.serving-compare.counters+json';
