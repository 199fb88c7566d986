// Checks the files of a run: node .ci/check-run.mjs FOLDER. FOLDER is a run folder or contains one.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const parent = process.argv[2];
const names = readdirSync(parent);
const folder = names.includes('plan.json') ? parent : path.join(parent, names[0]);
const read = (file) => readFileSync(path.join(folder, file), 'utf8');

const plan = JSON.parse(read('plan.json'));
const summary = JSON.parse(read('summary.json'));
const records = read('results.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const measurements = records.filter(({ kind }) => kind === 'measurement');

const last = records.at(-1);
assert.equal(last.kind, 'stopped', 'the run says why it ended');
assert.ok(last.repeats >= 4, 'a run has at least four repeats');
assert.equal(records.filter(({ kind }) => kind === 'pilot').length, 1);
assert.equal(records.filter(({ kind }) => kind === 'schedule').length, 1);

const planned = plan.measurements.filter(({ repeat }) => repeat <= last.repeats);
// A no-op limit that a server came near is measured again.
const ids = [...new Set(measurements.map(({ measurement }) => measurement.id))];
assert.deepEqual(
  ids,
  planned.map(({ id }) => id),
  'every measurement of the measured repeats has its line, in the order of the plan',
);
for (const { measurement, state, load, message } of measurements) {
  assert.equal(state, 'completed', `${measurement.id}: ${message}`);
  assert.ok(load.succeeded > 0, `${measurement.id} answered nothing`);
  assert.equal(load.failed, 0, `${measurement.id} has failures: ${JSON.stringify(load.failures)}`);
}
const answerChecks = records.filter(({ kind }) => kind === 'answer-check');
assert.ok(
  answerChecks.length >= plan.targets.length,
  'every target was checked before it was timed',
);
assert.ok(answerChecks.every(({ state }) => state === 'passed'));
const calibrations = records.filter(({ kind }) => kind === 'calibration');
assert.ok(calibrations.length > 0, 'a known latency was measured');
assert.equal(calibrations.at(-1).state, 'completed', calibrations.at(-1).reason);
const calibrationChecks = summary.rows.flatMap(({ checks = [] }) =>
  checks.filter(({ check }) => check === 'calibration'),
);
assert.ok(calibrationChecks.length > 0, 'rows are asked whether the rig measures accurately');
assert.ok(calibrationChecks.every(({ state }) => state === 'passed'));
assert.equal(summary.measurements.completed, planned.length);
assert.match(read('report.md').replaceAll(/\s+/g, ' '), /not the real servers/);

assert.deepEqual(summary.validity, { valid: true, reasons: [] });

const [csvHeader, ...csvRows] = read('summary.csv').trimEnd().split('\r\n');
assert.match(csvHeader, /^serving,.*,compared,accelerator,model,run_valid$/);
assert.ok(csvRows.every((row) => /,simulated server,cpu,[^,]+,true$/.test(row)));
assert.equal(csvRows.length, summary.rows.length, 'the CSV has a row for each row of the summary');
for (const file of ['report.html', 'report.md'])
  assert.ok(read(file).length > 2000, `${file} is too short`);
const charts = readdirSync(path.join(folder, 'charts')).filter((file) => file.endsWith('.svg'));
assert.deepEqual(charts.toSorted(), [
  'cpu-time-warm.svg',
  'over-time-warm.svg',
  'ranking.svg',
  'response-times-warm.svg',
  'throughput-warm.svg',
  'time-parts-warm.svg',
]);
assert.ok(charts.every((file) => statSync(path.join(folder, 'charts', file)).size > 1000));

process.stdout.write(
  `${measurements.length} measurements, ${answerChecks.length} answer checks and ${charts.length} charts are as they should be\n`,
);
