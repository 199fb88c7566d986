// Checks what a run leaves behind: node .ci/check-run.mjs FOLDER, where FOLDER holds one run folder.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const parent = process.argv[2];
const inside = readdirSync(parent);
const folder = inside.includes('plan.json') ? parent : path.join(parent, inside[0]);
const read = (file) => readFileSync(path.join(folder, file), 'utf8');

const plan = JSON.parse(read('plan.json'));
const summary = JSON.parse(read('summary.json'));
const records = read('results.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const cells = records.filter(({ kind }) => kind === 'cell');

assert.equal(cells.length, plan.cells.length, 'every cell of the plan has its line');
assert.deepEqual(
  new Set(cells.map(({ cell }) => cell.id)),
  new Set(plan.cells.map(({ id }) => id)),
);
for (const { cell, state, load, message } of cells) {
  assert.equal(state, 'completed', `${cell.id}: ${message}`);
  assert.ok(load.succeeded > 0, `${cell.id} answered nothing`);
  assert.equal(load.failed, 0, `${cell.id} has failures: ${JSON.stringify(load.failures)}`);
}
const checks = records.filter(({ kind }) => kind === 'check');
assert.ok(checks.length >= plan.paths.length, 'every path was checked before it was timed');
assert.ok(checks.every(({ state }) => state === 'passed'));
const oracles = records.filter(({ kind }) => kind === 'oracle');
assert.equal(oracles.length, 1, 'a known latency was measured once');
assert.equal(oracles[0].state, 'completed', oracles[0].reason);
const oracleGates = summary.rows.flatMap(({ gates = [] }) =>
  gates.filter(({ gate }) => gate === 'oracle'),
);
assert.ok(oracleGates.length > 0, 'rows are asked whether the apparatus measures right');
assert.ok(oracleGates.every(({ state }) => state === 'passed'));
assert.equal(summary.cells.completed, plan.cells.length);
assert.match(summary.statement, /not the platforms themselves/);

assert.deepEqual(summary.validity, { valid: true, reasons: [] });

const [csvHeader, ...csvRows] = read('summary.csv').trimEnd().split('\r\n');
assert.match(csvHeader, /^serving,.*,compared,run_valid$/);
assert.ok(csvRows.every((row) => row.endsWith(',reference serving,true')));
assert.equal(csvRows.length, summary.rows.length, 'the CSV has a row for each row of the summary');
for (const file of ['report.html', 'report.md'])
  assert.ok(read(file).length > 2000, `${file} is too short`);
const charts = readdirSync(path.join(folder, 'charts')).filter((file) => file.endsWith('.svg'));
assert.ok(charts.length >= 5, `five charts or more, not ${charts.length}`);
assert.ok(charts.every((file) => statSync(path.join(folder, 'charts', file)).size > 1000));

process.stdout.write(
  `${cells.length} cells, ${checks.length} checks and ${charts.length} charts are as they should be\n`,
);
