import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison } from '../../../../lib/bench/analysis/comparison/comparison.ts';
import type { RunData } from '../../../../lib/bench/results/run-folder.ts';
import { callBench } from '../../../support/bench-cli.ts';
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

/** Compares {@link before} with another run. */
const report = async (after: RunData, options = '') => {
  const folder = newFolder();
  const [beforeFolder, afterFolder] = [join(folder, 'before'), join(folder, 'after')];
  const output = join(folder, 'comparison');
  await writeRecordedRunFolder(beforeFolder, before);
  await writeRecordedRunFolder(afterFolder, after);
  const { exitCode, stdout: text } = await callBench(
    `report ${beforeFolder} ${afterFolder} --output ${output} ${options}`,
  );
  const file = join(output, 'comparison.json');
  const comparison = async () => JSON.parse(await readFile(file, 'utf8')) as Comparison;
  return { exitCode, text, output, comparison };
};

describe('serving-compare report BEFORE AFTER', () => {
  it('prints what changed and writes the same figures as Markdown and JSON', async () => {
    const { exitCode, text, output, comparison } = await report(halved);
    const { changes } = await comparison();
    const { low, high } = changes[0]?.ratio?.interval ?? {};

    expect(exitCode).toBe(0);
    expect((await readdir(output)).toSorted()).toEqual(['comparison.json', 'comparison.md']);
    expect(
      changes
        .filter(({ figure }) => figure === 'request rate')
        .map(({ judgement }) => judgement.kind),
    ).toEqual(['slower', 'slower']);
    for (const shown of [text, await readFile(join(output, 'comparison.md'), 'utf8')]) {
      expect(shown).toContain(low?.toFixed(3));
      expect(shown).toContain(high?.toFixed(3));
    }
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

  it('writes a test case for CI for each run and each word of --fail-on', async () => {
    const file = join(newFolder(), 'junit.xml');
    await report(halved, `--fail-on slower,withheld --ci-report ${file}`);

    expect(readJunit(await readFile(file, 'utf8'))).toMatchObject([
      { kind: 'validity', state: 'passed' },
      { kind: 'validity', state: 'passed' },
      { name: 'no figure is slower', state: 'failed' },
      { name: 'no figure is withheld', state: 'passed' },
    ]);
  });
});
