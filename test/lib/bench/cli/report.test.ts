import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareRuns } from '../../../../lib/bench/analysis/comparison/compare-runs.ts';
import type { Comparison } from '../../../../lib/bench/analysis/comparison/comparison.ts';
import { changeText, comparisonReport } from '../../../../lib/bench/report/comparison-report.ts';
import { renderHead, renderSections } from '../../../../lib/bench/report/render-terminal.ts';
import { readPlan, type RunData } from '../../../../lib/bench/results/run-folder.ts';
import { besideOthers } from '../../../support/beside-others.ts';
import { callBench, unwrapped } from '../../../support/bench-cli.ts';
import { pastedCommands } from '../../../support/pasted-commands.ts';
import { readJunit } from '../../../support/junit.ts';
import { closed, recordedTargets, recordedRun } from '../../../support/recorded-run.ts';
import { withRates } from '../analysis/comparison/run-on-pairs.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const size = {
  targets: recordedTargets().slice(2),
  levels: [closed(16)],
  scenarios: ['warm'],
  repeats: 5,
  durationSeconds: 4,
} as const;
const before = recordedRun(size);

const later: RunData = {
  ...before,
  plan: { ...before.plan, createdAt: '2026-01-03T03:00:00.000Z' },
};
const halved = withRates(later, () => 0.5);

/** Compares two runs. */
const report = async (after: RunData, options = '', earlier = before) => {
  const folder = newFolder();
  const [beforeFolder, afterFolder] = [join(folder, 'before'), join(folder, 'after')];
  const output = join(folder, 'comparison');
  await writeRecordedRunFolder(beforeFolder, earlier);
  await writeRecordedRunFolder(afterFolder, after);
  const {
    exitCode,
    stdout: text,
    stderr,
  } = await callBench(`report ${beforeFolder} ${afterFolder} --output ${output} ${options}`);
  const file = join(output, 'comparison.json');
  const comparison = async () => JSON.parse(await readFile(file, 'utf8')) as Comparison;
  return { exitCode, text, stderr, output, comparison };
};

describe('serving-compare report BEFORE AFTER', () => {
  it('prints what changed and writes the same figures as Markdown and JSON', async () => {
    const { exitCode, text, output, comparison } = await report(halved);
    const { changes } = await comparison();

    expect(exitCode).toBe(0);
    expect((await readdir(output)).toSorted()).toEqual([
      'comparison.html',
      'comparison.json',
      'comparison.md',
    ]);
    expect(
      changes
        .filter(({ figure }) => figure === 'request rate')
        .map(({ judgement }) => judgement.kind),
    ).toEqual(['slower', 'slower']);
    const pages = ['comparison.md', 'comparison.html'].map((name) => join(output, name));
    const shown = await Promise.all(pages.map((page) => readFile(page, 'utf8')));
    for (const change of changes) {
      for (const page of [text, ...shown]) expect(page).toContain(changeText(change));
    }
    expect(text).toContain(pages[1]);
  });

  it('exits with 1 only if a figure has a word that --fail-on names', async () => {
    expect((await report(halved, '--fail-on slower')).exitCode).toBe(1);
    expect((await report(later, '--fail-on slower')).exitCode).toBe(0);
  });

  it('exits with 1 if a run is INVALID, even without --fail-on', async () => {
    const cut = { ...later, records: before.records.slice(0, -1) };
    const { exitCode, comparison } = await report(cut);

    expect(exitCode).toBe(1);
    expect(await comparison()).toMatchObject({ before: { valid: true }, after: { valid: false } });
  });

  it.each([60, 80, 100])('fits a terminal of %d columns', (width) => {
    const fitting = comparisonReport(
      compareRuns(
        { folder: 'results/before', data: before },
        { folder: 'results/after', data: halved },
      ),
      [before.plan, halved.plan],
    );
    const style = { color: false, width };
    const lines = `${renderHead(fitting, style)}${renderSections(fitting, style)}`.split('\n');

    expect(lines[0]).toMatch(/^RESULT  .* at least .* % slower/);
    expect(lines.filter(({ length }) => length > width)).toEqual([]);
  });

  it('gives each reason for a missing verdict once, below the table', async () => {
    const { text } = await report(recordedRun({ ...size, repeats: 2 }));

    expect(text.match(/A verdict needs 3 repeats/g)).toHaveLength(1);
    expect(text.match(/A verdict needs 6 repeats/g)).toHaveLength(1);
    expect(text).toMatch(/^RESULT {2}Nothing is known/);
  });

  it('prints the command that measures both again with enough repeats, on one line', async () => {
    const { text, comparison } = await report(later);
    const { again } = await comparison();

    expect(unwrapped(text)).toContain(`both again with ${again?.repeats} repeats, each with`);
    expect(await pastedCommands(text)).toEqual([again?.command]);
    expect(again?.command).toContain(` --repeats ${again?.repeats}`);
  });

  it('warns that --fail-on slower means little if most figures have no verdict', async () => {
    const unknown = await report(recordedRun({ ...size, repeats: 2 }), '--fail-on slower');
    const known = await report(later, '--fail-on slower');

    expect(unwrapped(unknown.stderr)).toContain(
      '! --fail-on slower ignores 4 of 4 figures, because nothing is known of them',
    );
    expect(known.stderr).not.toContain('--fail-on');
  });

  it('says that the runs are in the wrong order', async () => {
    expect((await report(before, '', later)).text).toMatch(/\bolder\b/);
    expect((await report(later)).text).not.toMatch(/\bolder\b/);
  });

  it('passes what the busier machine may explain, with a warning, and skips it for CI', async () => {
    const file = join(newFolder(), 'junit.xml');
    const quiet = besideOthers(before, 0.02);
    const busy = besideOthers(halved, 0.5);
    const slower = await report(busy, `--fail-on slower --ci-report ${file}`, quiet);
    const withheld = await report(busy, '--fail-on slower,withheld', quiet);
    const rates = readJunit(await readFile(file, 'utf8')).filter(({ name }) =>
      name.endsWith('request rate'),
    );

    expect(slower.exitCode).toBe(0);
    expect(unwrapped(slower.stderr)).toContain('! --fail-on slower ignores 2 figures');
    expect(unwrapped(slower.stderr)).toMatch(/give --fail-on slower,withheld$/);
    expect(unwrapped(slower.text)).toContain('2 figures that became slower, perhaps only because');
    expect(slower.text).toContain('Other programs used 2.0 % of the cores before and 50 % after');
    expect(rates.map(({ state }) => state)).toEqual(['skipped', 'skipped']);
    expect(withheld.exitCode).toBe(1);
    expect(withheld.stderr).toBe('');
  });

  it('writes a test case for CI for each run and each figure, skipped without a verdict', async () => {
    const [file, unknown] = [join(newFolder(), 'junit.xml'), join(newFolder(), 'junit.xml')];
    await report(halved, `--fail-on slower --ci-report ${file}`);
    await report(recordedRun({ ...size, repeats: 2 }), `--fail-on slower --ci-report ${unknown}`);
    const cases = readJunit(await readFile(file, 'utf8'));

    expect(cases.slice(0, 2)).toMatchObject([
      { kind: 'validity', state: 'passed' },
      { kind: 'validity', state: 'passed' },
    ]);
    expect(cases.slice(2)).toHaveLength(4);
    expect(
      cases.filter(({ name }) => name.endsWith('request rate')).map(({ state }) => state),
    ).toEqual(['failed', 'failed']);
    expect(
      readJunit(await readFile(unknown, 'utf8')).filter(({ kind }) => kind === 'comparison'),
    ).toMatchObject(Array.from({ length: 4 }, () => ({ state: 'skipped' })));
  });
});

describe('A baseline', () => {
  const from = process.cwd();
  let cwd: string;

  beforeAll(async () => {
    cwd = newFolder();
    await writeRecordedRunFolder(join(cwd, 'before'), before);
    await writeRecordedRunFolder(join(cwd, 'halved'), halved);
    await writeRecordedRunFolder(join(cwd, 'cut'), {
      ...later,
      records: before.records.slice(0, -1),
    });
    process.chdir(cwd);
  });

  afterAll(() => process.chdir(from));

  it('is saved under a name, with which later runs are compared', async () => {
    const saved = await callBench('report before --save-baseline main');
    const compared = await callBench('report halved --baseline main --fail-on slower --json');
    const { comparison } = JSON.parse(compared.stdout) as { readonly comparison: Comparison };

    expect(saved.exitCode).toBe(0);
    expect((await readdir(join(cwd, 'results/baselines/main'))).toSorted()).toEqual([
      'environment.json',
      'plan.json',
      'results.jsonl',
    ]);
    expect(compared.exitCode).toBe(1);
    expect(comparison.before.folder).toBe(join('results', 'baselines', 'main'));
    expect(comparison.counts.slower).toBeGreaterThan(0);
  });

  it('replaces one of the same name, and keeps it if the run is INVALID', async () => {
    await callBench('report halved --save-baseline replaced');
    await callBench('report before --save-baseline replaced');
    const cut = await callBench('report cut --save-baseline replaced');
    const plan = await readPlan(join(cwd, 'results/baselines/replaced'));

    expect(plan.createdAt).toBe(before.plan.createdAt);
    expect(cut.stderr).toContain('not saved as baseline replaced');
    expect(await readdir(join(cwd, 'results/baselines'))).not.toContainEqual(
      expect.stringMatching(/^\./),
    );
  });

  it('with an unknown name is refused with the names that were perhaps meant', async () => {
    await callBench('report before --save-baseline release');

    expect((await callBench('report halved --baseline relaese')).stderr).toMatch(/\brelease\?/);
  });
});
