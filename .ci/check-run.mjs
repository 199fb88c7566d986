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

assert.equal(
  measurements.length,
  plan.measurements.length,
  'every measurement of the plan has its line',
);
assert.deepEqual(
  new Set(measurements.map(({ measurement }) => measurement.id)),
  new Set(plan.measurements.map(({ id }) => id)),
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
assert.equal(calibrations.length, 1, 'a known latency was measured once');
assert.equal(calibrations[0].state, 'completed', calibrations[0].reason);
const calibrationChecks = summary.rows.flatMap(({ checks = [] }) =>
  checks.filter(({ check }) => check === 'calibration'),
);
assert.ok(calibrationChecks.length > 0, 'rows are asked whether the rig measures accurately');
assert.ok(calibrationChecks.every(({ state }) => state === 'passed'));
assert.equal(summary.measurements.completed, plan.measurements.length);
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
  'ranking.svg',
  'request-rate-warm.svg',
  'response-time-warm.svg',
  'time-parts-warm.svg',
]);
assert.ok(charts.every((file) => statSync(path.join(folder, 'charts', file)).size > 1000));

process.stdout.write(
  `${measurements.length} measurements, ${answerChecks.length} answer checks and ${charts.length} charts are as they should be\n`,
);
