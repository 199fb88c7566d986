import type { SummaryRow } from '../../analysis/summary-row.ts';
import type { Summary } from '../../analysis/summary.ts';
import { ANSWERS_NEEDED, CLAIM_CONFIDENCE } from '../../stats/percentile-claim.ts';
import { MIN_SECONDS, MAX_DIFFERENCE } from '../../stats/steady-state.ts';
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
  'Right after a window, the same bytes go straight to the serving, at the same level, for a shorter time. “Of bypass” is the rate through the middleware as a share of that rate. In an open loop both rates equal the offered one: compare bypass_p50_ms in summary.csv with the median.';

const ALWAYS = {
  'Measuring window':
    'Requests during the warm-up do not count. Rates are correct answers inside the windows ÷ the length of the windows.',
  Percentiles: `Half of the correct answers came within the median, 95 of 100 within p95. They are read from one histogram of the answers of all repeats. A percentile is shown if enough requests were answered to claim it at ${CLAIM_CONFIDENCE * 100} % confidence: ${ANSWERS_NEEDED.p95} for p95, ${ANSWERS_NEEDED.p99} for p99, ${ANSWERS_NEEDED.p999} for p99.9.`,
  Intervals:
    '“95 %” under a figure: the range that contains the true value in 95 of 100 such runs, from the scatter of the repeats (Student’s t on logarithms).',
  Steady: `A window ended steadily if rate and response time changed by at most ${MAX_DIFFERENCE * 100} % in its second half, or as chance explains. Results with an unsteady window are marked but stay in. Windows shorter than ${MIN_SECONDS} s are not judged.`,
  Calibration:
    'Before the first measurement (on AWS, of each node pair), the same load generator measures, through the same middleware, a serving that handles one request at a time and takes a known time for each. A run has the check of its worst pair.',
  Valid:
    'A run as a whole is invalid if its rig is wrong, a target answers wrongly, measurements are missing, or a target has no usable result. A check that fails in some results only greys these. Requests that a serving does not answer correctly are part of its figures.',
  'CPU per request':
    'CPU time of all processes of a component during the windows ÷ answered and failed requests; of the server, during the whole load ÷ all answers. On a shared machine it is more reliable than the rate.',
  Failed:
    'No connection, no answer in time, a broken connection, a status other than 200, a wrong answer, or one that is not understood. Failed requests are not part of the response times.',
  Formulas: 'lib/docs/read-the-report.md says how each figure is computed.',
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
