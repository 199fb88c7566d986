import { counted } from '../../wording/format-number.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import type { CheckResult } from './check.ts';
import { sum } from '../../stats/moments.ts';

/** A correct answer that took as long as the timeout shows that slower ones were cut off. */
const isAtTimeout = ({
  load: { latency },
  measurement: { timeoutMs },
}: CompletedMeasurement): boolean => latency.count > 0 && latency.maxMs >= timeoutMs;

/** Whether a timeout cut latencies off, so that the true percentiles are higher than the measured ones. */
export const censoringCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'censoring';
  const byClient = sum(measurements.map(({ load }) => load.failures.timeout ?? 0));
  const byMiddleware = sum(measurements.map(({ load }) => load.failures['http-504'] ?? 0));
  const atLimit = measurements.filter(isAtTimeout).length;
  const figure = byClient + byMiddleware + atLimit;
  if (figure === 0) {
    const finding = 'No request timed out.';
    return { check, state: 'passed', figure, limit: 0, finding };
  }
  const parts = [
    ...(byClient > 0 ? [`${counted(byClient, 'request')} timed out`] : []),
    ...(byMiddleware > 0
      ? [
          `${counted(byMiddleware, 'answer')} reported a timeout between middleware and serving (504)`,
        ]
      : []),
    ...(atLimit > 0
      ? [`in ${counted(atLimit, 'repeat')} a correct answer took as long as the timeout`]
      : []),
  ];
  return {
    check,
    state: 'failed',
    figure,
    limit: 0,
    finding: `The response times are censored: ${parts.join(', ')}.`,
    advice: 'Allow more time (--timeout) or offer less load; the true percentiles are higher.',
  };
};
