import type { CompletedMeasurement } from '../../model/record.ts';
import { sum } from '../../stats/moments.ts';
import { counted } from '../../wording/format-number.ts';
import type { CheckResult } from '../summary-row.ts';
import { overRepeats, passedIf, type Check } from './check.ts';

/** Timeouts of the client, those that the middleware reported, and repeats with a correct answer at the very timeout. */
type CensoringFacts = {
  readonly byClient?: number;
  readonly byMiddleware?: number;
  readonly atTimeout?: number;
};

/** A correct answer that took as long as the timeout shows that slower ones were cut off. */
const isAtTimeout = ({
  load: { latency },
  measurement: { timeoutMs },
}: CompletedMeasurement): boolean => latency.count > 0 && latency.maxMs >= timeoutMs;

/** Whether a timeout cut latencies off, so that the true percentiles are higher than the measured ones. */
export const censoringCheck = (
  measurements: readonly CompletedMeasurement[],
): CheckResult<CensoringFacts> => {
  const byClient = sum(measurements.map(({ load }) => load.failures.timeout ?? 0));
  const byMiddleware = sum(measurements.map(({ load }) => load.failures['http-504'] ?? 0));
  const atTimeout = measurements.filter(isAtTimeout).length;
  const figure = byClient + byMiddleware + atTimeout;
  const facts = { byClient, byMiddleware, atTimeout };
  return passedIf(figure === 0, { check: 'censoring', figure, limit: 0, facts });
};

export const censoring: Check<CensoringFacts> = {
  name: 'censoring',
  title: 'Censoring',
  asks: 'Did every request end before a timeout?',
  limit: 'no timeouts',
  tag: 'censored',
  judge: overRepeats(censoringCheck),
  finding({ figure, facts: { byClient = 0, byMiddleware = 0, atTimeout = 0 } = {} }) {
    if (figure === 0) return 'No request timed out.';
    const parts = [
      byClient > 0 && `${counted(byClient, 'request')} timed out`,
      byMiddleware > 0 &&
        `${counted(byMiddleware, 'answer')} reported a timeout between middleware and serving (504)`,
      atTimeout > 0 &&
        `in ${counted(atTimeout, 'repeat')} a correct answer took as long as the timeout`,
    ];
    return `The response times are censored: ${parts.filter(Boolean).join(', ')}.`;
  },
  advice: () => 'Allow more time (--timeout) or offer less load; the true percentiles are higher.',
};
