import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { ANSWERS_NEEDED, CLAIM_CONFIDENCE } from '../../stats/percentile-claim.ts';
import { CHANCE_DEVIATIONS, MIN_SECONDS, MAX_DIFFERENCE } from '../../stats/steady-state.ts';
import { blocks, list, named, text } from '../blocks.ts';
import type { Item, Section } from '../model.ts';
import {
  CLIENT_MEAN,
  NOT_ATTRIBUTED,
  partsIn,
  timePartFacts,
  timePartTitle,
} from '../time-words.ts';

const CLOSED =
  'Each virtual user (VU) sends its next request when it has the answer to the last one. A slow serving therefore gets fewer requests: once it is saturated, more users add waiting time but no requests, and a stall of the server delays only the requests in flight.';

const OPEN =
  'Requests are sent at planned times, whether answers arrive or not, and response times count from the planned time, so that a stall delays every request that was due during it.';

const BYPASS =
  'Right after a window, the bytes that the middleware sends to the serving go straight to it, from the same machine and at the same level, for a shorter time; any 200, or OK of gRPC, counts as correct. “Of bypass” is the rate through the middleware as a share of that rate. The rest to 100 % is the price of the middleware; on one machine that includes the cores that it takes from the serving. A short run is less exact than a window, so slightly more than 100 % means nothing. In a cold result the serving is warm by then. In an open loop both rates equal the offered one: compare bypass_p50_ms in summary.csv with the median.';

const ALWAYS = {
  'Measuring window':
    'Requests during the warm-up do not count. Rates are correct answers inside the windows ÷ the length of the windows.',
  Percentiles: `Half of the correct answers came within the median, 95 of 100 within p95. They are read from one histogram of the answers of all repeats; percentiles are never averaged. A percentile is shown if enough requests were answered to claim it at ${CLAIM_CONFIDENCE * 100} % confidence: ${ANSWERS_NEEDED.p95} for p95, ${ANSWERS_NEEDED.p99} for p99, ${ANSWERS_NEEDED.p999} for p99.9 (as in MLPerf Inference: 0.99ⁿ ≤ 0.01 if all n answers keep a limit and are independent; answers that waited in one queue are not, so the interval over repeats says more).`,
  Intervals:
    '“95 %” under a figure: the range that contains the true value in 95 of 100 such runs. It is figure × or ÷ exp(t · s ÷ √n), where s is the standard deviation of the logarithms of the n repeats and t is Student’s t with n − 1 degrees of freedom. s is never smaller than what one repeat can resolve: for a rate one answer per window, for a percentile half the distance between the percentiles one standard error below and above it.',
  Steady: `A window ended steadily if each third of its second half lies within ${MAX_DIFFERENCE * 100} % of that half in rate and response time, or within ${CHANCE_DEVIATIONS} standard deviations if there are few answers. Results with an unsteady window are marked but stay in. Windows shorter than ${MIN_SECONDS} s are not judged.`,
  Calibration:
    'Before the first measurement (on AWS, of each node pair), the same load generator measures, through the same middleware, a serving that handles one request at a time and takes a known time D for each. N virtual users must get min(1 ÷ D, N ÷ (D + o)) requests/s at a mean of max(N·D, D + o), where o is the time that the middleware reports for itself plus, between two machines, the round trip, measured by TCP handshakes (bounds of a closed queueing network, and Little’s law). A run has the check of its worst pair.',
  Valid:
    'A run as a whole is invalid if the rig measures a known latency wrongly or loses requests with the no-op backend, a target answers wrongly, measurements are missing or gave no figures, all results of a target fail a check or have no correct answer, or all searches of a target have no result. A check that fails in some results only greys these. Requests that a serving does not answer correctly are part of its figures.',
  'CPU per request':
    'CPU time of all processes of a component during the windows ÷ answered and failed requests. On a shared machine it is more reliable than the rate.',
  Failed:
    'No connection, no answer in time, a broken connection, a status other than 200, a wrong answer, or one that is not understood. Failed requests are not part of the response times.',
};

/** Explains the columns of the parts that these rows have; empty if they have none. */
const timePartLines = (rows: readonly SummaryRow[]): readonly Item[] => {
  const parts = partsIn(rows);
  if (parts.length === 0) return [];
  return named({
    ...Object.fromEntries(
      parts.map((part) => [timePartTitle(part), timePartFacts[part].description]),
    ),
    [CLIENT_MEAN]: 'the mean response time, measured by the client',
    [NOT_ATTRIBUTED]: 'the client’s mean minus the sum of the parts',
  });
};

/** How to read the figures, for readers who do not measure every day. */
export const methodSection = ({ rows }: Summary): Section => {
  const parts = timePartLines(rows);
  return {
    id: 'method',
    title: 'How to read it',
    isReference: true,
    blocks: blocks(
      list(
        named({
          'Closed loop': rows.some(({ level }) => level.loop === 'closed') && CLOSED,
          'Open loop': rows.some(({ level }) => level.loop === 'open') && OPEN,
          ...ALWAYS,
          Bypass: rows.some(({ bypass }) => bypass !== undefined) && BYPASS,
        }),
        'terms',
      ),
      parts.length > 0 && text('The parts of a request', 'heading'),
      list(parts, 'terms'),
    ),
  };
};
