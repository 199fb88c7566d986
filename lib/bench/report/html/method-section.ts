import type { Summary } from '../../analysis/summary.ts';
import { absencesIn } from '../figures.ts';
import { partsIn, TIME_PART_TITLES, TIME_PART_WORDS } from '../time-words.ts';
import { measuredRows } from '../row-groups.ts';
import { html, type Markup } from './markup.ts';

/** How to read the figures, for those who do not measure every day. */
export const methodSection = (summary: Summary): Markup => {
  const hasClosed = summary.rows.some((row) => row.level.loop === 'closed');
  const hasOpen = summary.rows.some((row) => row.level.loop === 'open');
  const closed = html`<div>
    <dt>Closed loop</dt>
    <dd>
      Each virtual user (VU) sends its next request when it has the answer to the one before. A slow
      serving is therefore asked less often: once it is saturated, more users add waiting time and
      no requests, and a stall of the server delays only the requests that were under way.
    </dd>
  </div>`;
  const open = html`<div>
    <dt>Open loop</dt>
    <dd>
      Requests are sent at planned times, whatever the answers do, and the response time counts from
      the planned time: a stall delays every request that was due in it.
    </dd>
  </div>`;
  const hasBypass = summary.rows.some((row) => row.bypass !== undefined);
  const direct = html`<div>
    <dt>Bypass</dt>
    <dd>
      Right after a window, what the middleware sends to the serving goes straight to it from the
      same machine, byte for byte and at the same load, for a shorter time; a 200, or the OK of
      gRPC, counts as right. "Of bypass" is the rate through the middleware as a share of that rate.
      What is missing to 100 % is the price of the middleware; on one machine that includes the
      cores that it takes from the serving. A short check is less exact than a window, so a little
      above 100 % means nothing. In a cold row the serving is warm by then. In an open loop both get
      what is offered: compare bypass_p50_ms in summary.csv with the median.
      ${absencesIn(measuredRows(summary)).join(' ')}
    </dd>
  </div>`;
  const parts = partsIn(summary.rows).map(
    (name) =>
      html`<div>
        <dt>${TIME_PART_TITLES[name]}</dt>
        <dd>${TIME_PART_WORDS[name]}</dd>
      </div>`,
  );
  return html`<section id="method">
    <h2>How to read it</h2>
    <dl class="terms">
      ${hasClosed ? closed : undefined}${hasOpen ? open : undefined}
      <div>
        <dt>Measuring window</dt>
        <dd>
          What a measurement's warm-up held, where it had one, does not count. Rates are correct
          answers inside the windows ÷ the length of the windows.
        </dd>
      </div>
      <div>
        <dt>Percentiles</dt>
        <dd>
          Half of the correct answers came within the median, 95 of 100 within p95. They are read
          from one histogram of the answers of all repeats; percentiles are never averaged. A
          percentile is shown where enough requests were answered to claim it at 99 % confidence: 90
          for p95, 459 for p99, 4,603 for p99.9 (the early stopping test of MLPerf: with n answers,
          none over a bound, 0.99ⁿ ≤ 0.01, as if they were independent; answers that waited in one
          queue are not, and the interval over repeats says more). In measurements.csv that is asked
          of the answers of each measurement. The mean of medians is the mean of the single repeats’
          medians: the figure of the study of 2021, for comparison with it and nothing else.
        </dd>
      </div>
      <div>
        <dt>Ranges</dt>
        <dd>
          The small figures under a figure without an interval, and the thin bars in charts, are the
          least and the greatest of the single repeats. They say how much repeats differ, not which
          target is faster: the verdicts do, repeat by repeat. All ranges are in summary.csv.
        </dd>
      </div>
      <div>
        <dt>Intervals</dt>
        <dd>
          "95 %" under a figure: the range that holds the true one in 95 of 100 such runs. It is
          figure × or ÷ exp(t · s ÷ √n), with s the standard deviation of the logarithms of what the
          n repeats gave and Student’s t of n − 1 degrees of freedom. No s is less than what a
          single repeat leaves open: a rate is known to one answer, a percentile to half the
          distance of the percentiles that the scatter of its answers reaches on either side.
        </dd>
      </div>
      <div>
        <dt>Steady</dt>
        <dd>
          A window ended steadily where each third of its last half lies within 10 % of that half in
          rate and latency, or within three standard deviations where answers are few. Rows that did
          not are marked and stay in. Windows below six seconds are not judged.
        </dd>
      </div>
      <div>
        <dt>No-op limit</dt>
        <dd>
          The same target, but the serving answers at once (no-op backend): what client, middleware
          and wire carry by themselves at that load.
        </dd>
      </div>
      <div>
        <dt>Checks</dt>
        <dd>
          What every row is asked before its figures count; the table of checks has the limits. A
          row that fails one is greyed and supports no verdict. What a run has no figure for is
          unknown, and forbids nothing. A search for a rate that ended where the rig did not keep up
          has no result.
        </dd>
      </div>
      <div>
        <dt>Calibration</dt>
        <dd>
          Before the first measurement, on AWS of each pair of nodes, a serving that takes a known
          time D for each request, one at a time, is measured through the same middleware by the
          same load engine. N virtual users must get min(1 ÷ D, N ÷ (D + own)) requests/s at a mean
          of max(N·D, D + own), where own is what the middleware says that it took itself (bounds of
          a closed queueing network, and Little’s law), and between two machines the round trip too,
          measured by TCP handshakes. The run’s check is that of its worst pair.
        </dd>
      </div>
      <div id="valid">
        <dt>Valid</dt>
        <dd>
          A run as a whole is invalid where the rig measures a known latency wrong or loses requests
          with the no-op backend, a target answers wrongly, measurements are missing or gave no
          figures, all rows of a target fail a check or have no correct answer, or all searches of a
          target have no result. Checks that fail in some rows only grey these, and requests that a
          serving fails are a figure of it.
        </dd>
      </div>
      ${hasBypass ? direct : undefined}
      <div>
        <dt>CPU a request</dt>
        <dd>
          CPU time of all processes of the part inside the windows ÷ requests answered or failed. On
          a shared machine it is sounder than the rate.
        </dd>
      </div>
      <div>
        <dt>Right answers</dt>
        <dd>
          Before a target is timed, each image must get the best class of a direct computation, and
          each of its five best probabilities may differ by a share of the right one: 0.1 % where
          the same libraries decode and compute, in containers 5 % for a tensor and 30 % for an
          image that the platform decodes. A share, since a probability of random weights is small:
          0.05 would be all of it.
        </dd>
      </div>
      <div>
        <dt>Failed</dt>
        <dd>
          No connection, no answer in time, a broken connection, another status than 200, or a wrong
          answer. Failed requests are not in the response times.
        </dd>
      </div>
    </dl>
    <h3>The parts of a request</h3>
    <dl class="terms">${parts}</dl>
  </section>`;
};
