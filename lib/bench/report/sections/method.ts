import type { Summary } from '../../analysis/summary.ts';
import { ANSWERS_NEEDED, CLAIM_CONFIDENCE } from '../../stats/percentile-claim.ts';
import { CHANCE_DEVIATIONS, LEAST_SECONDS, MOST_DIFFERENCE } from '../../stats/steady-state.ts';
import { list, text } from '../blocks.ts';
import type { NamedLine, Section } from '../model.ts';
import { partsIn, TIME_PART_TITLES, TIME_PART_WORDS } from '../time-words.ts';

const CLOSED: NamedLine = {
  name: 'Closed loop',
  text: 'Each virtual user (VU) sends its next request when it has the answer to the one before. A slow serving is therefore asked less often: once it is saturated, more users add waiting time and no requests, and a stall of the server delays only the requests in flight.',
};

const OPEN: NamedLine = {
  name: 'Open loop',
  text: 'Requests are sent at planned times, whatever the answers do, and the response time counts from the planned time: a stall delays every request that was due in it.',
};

const BYPASS: NamedLine = {
  name: 'Bypass',
  text: 'Right after a window, what the middleware sends to the serving goes straight to it from the same machine, byte for byte and at the same load, for a shorter time; a 200, or the OK of gRPC, counts as right. “Of bypass” is the rate through the middleware as a share of that rate. What is missing to 100 % is the price of the middleware; on one machine that includes the cores that it takes from the serving. A short run is less exact than a window, so a little above 100 % means nothing. In a cold row the serving is warm by then. In an open loop both get what is offered: compare bypass_p50_ms in summary.csv with the median.',
};

const ALWAYS: readonly NamedLine[] = [
  {
    name: 'Measuring window',
    text: 'The requests of a warm-up do not count. Rates are correct answers inside the windows ÷ the length of the windows.',
  },
  {
    name: 'Percentiles',
    text: `Half of the correct answers came within the median, 95 of 100 within p95. They are read from one histogram of the answers of all repeats; percentiles are never averaged. A percentile is shown where enough requests were answered to claim it at ${CLAIM_CONFIDENCE * 100} % confidence: ${ANSWERS_NEEDED.p95} for p95, ${ANSWERS_NEEDED.p99} for p99, ${ANSWERS_NEEDED.p999} for p99.9 (the early stopping test of MLPerf: with n answers, none over a bound, 0.99ⁿ ≤ 0.01, as if they were independent; answers that waited in one queue are not, and the interval over repeats says more).`,
  },
  {
    name: 'Intervals',
    text: '“95 %” under a figure: the range that holds the true one in 95 of 100 such runs. It is figure × or ÷ exp(t · s ÷ √n), with s the standard deviation of the logarithms of what the n repeats gave and Student’s t of n − 1 degrees of freedom. No s is less than what a single repeat leaves open: a rate is known to one answer, a percentile to half the distance of the percentiles that the scatter of its answers reaches on either side.',
  },
  {
    name: 'Steady',
    text: `A window ended steadily where each third of its last half lies within ${MOST_DIFFERENCE * 100} % of that half in rate and latency, or within ${CHANCE_DEVIATIONS} standard deviations where answers are few. Rows that did not are marked and stay in. Windows below ${LEAST_SECONDS} s are not judged.`,
  },
  {
    name: 'Calibration',
    text: 'Before the first measurement, on AWS of each pair of nodes, a serving that takes a known time D for each request, one at a time, is measured through the same middleware by the same load generator. N virtual users must get min(1 ÷ D, N ÷ (D + own)) requests/s at a mean of max(N·D, D + own), where own is what the middleware says that it took itself (bounds of a closed queueing network, and Little’s law), and between two machines the round trip too, measured by TCP handshakes. The run’s check is that of its worst pair.',
  },
  {
    name: 'Valid',
    text: 'A run as a whole is invalid where the rig measures a known latency wrongly or loses requests with the no-op backend, a target answers wrongly, measurements are missing or gave no figures, all rows of a target fail a check or have no correct answer, or all searches of a target have no result. Checks that fail in some rows only grey these rows. Requests that a serving fails are part of its figures.',
  },
  {
    name: 'CPU per request',
    text: 'CPU time of all processes of the part inside the windows ÷ requests answered or failed. On a shared machine it is sounder than the rate.',
  },
  {
    name: 'Failed',
    text: 'No connection, no answer in time, a broken connection, another status than 200, or a wrong answer. Failed requests are not in the response times.',
  },
];

/** How to read the figures, for readers who do not measure every day. */
export const methodSection = ({ rows }: Summary): Section => ({
  id: 'method',
  title: 'How to read it',
  formats: ['html'],
  blocks: [
    ...list(
      [
        ...(rows.some(({ level }) => level.loop === 'closed') ? [CLOSED] : []),
        ...(rows.some(({ level }) => level.loop === 'open') ? [OPEN] : []),
        ...ALWAYS,
        ...(rows.some(({ bypass }) => bypass !== undefined) ? [BYPASS] : []),
      ],
      'terms',
    ),
    text('The parts of a request', 'heading'),
    ...list(
      partsIn(rows).map((name) => ({
        name: TIME_PART_TITLES[name],
        text: TIME_PART_WORDS[name],
      })),
      'terms',
    ),
  ],
});
