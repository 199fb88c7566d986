import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { reportOf } from '../../../../lib/bench/report/report.ts';
import { type RunData, readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { closed, recordedRun, recordedTargets } from '../../../support/recorded-run.ts';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenReports } from '../../../demo/golden-reports.ts';
import { shownText } from '../../../demo/shown-text.ts';

const run = recordedRun({ durationSeconds: 3, levels: [1, 2].map(closed) });
const [alone] = recordedTargets();
const noop = recordedRun({ engines: ['noop'], scenarios: ['warm'], levels: [closed(1)] });

const sectionsOf = (data: RunData): readonly string[] =>
  reportOf(summarise(data)).sections.map(({ id }) => id);

describe('the title of a report', () => {
  it('names profile, time and tool, for the tab of a browser', () => {
    expect(reportOf(summarise(run)).title).toMatch(/^quick · 20\d\d-.* UTC · serving-compare$/);
  });
});

describe('the sections of a report', () => {
  it.each([
    [
      'cost',
      'no price is known',
      run,
      { ...run, plan: { ...run.plan, settings: { usdPerHour: 1 } } },
    ],
    ['verdicts', 'there is one target', recordedRun({ targets: [alone], repeats: 1 }), run],
    ['cold-starts', 'none was started cold', recordedRun({ scenarios: ['warm'] }), run],
    ['checks', 'only no-op limits were measured', noop, run],
  ])('leave out %s if %s', (id, _, without, data) => {
    expect(sectionsOf(without)).not.toContain(id);
    expect(sectionsOf(data)).toContain(id);
  });
});

const FOLDER = join(__dirname, '../../../demo/golden');
const PICTURES = 'pictures.txt';
const names = readdirSync(FOLDER).filter((name) => name !== PICTURES);

describe('the mark of a result with an unsteady window', () => {
  const unsteady = summarise(run);
  const rows = unsteady.rows.map((row) => ({ ...row, unsteadyRepeats: [2] }));
  const adviceOn = (isBusy: boolean) => {
    const { sections } = reportOf({ ...unsteady, rows, machine: { targets: [], isBusy } });
    const chips = sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) =>
        block.kind === 'table'
          ? block.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell.chips))
          : [],
      ),
    );
    return chips.find(({ text }) => text === 'unsteady')?.long;
  };

  it('advises to close other programs on a busy machine, and else to measure longer', () => {
    expect(adviceOn(true)).toContain('programs');
    expect(adviceOn(false)).not.toContain('programs');
  });
});

describe('a golden report', () => {
  let reports: ReadonlyMap<string, string>;

  beforeAll(async () => {
    reports = await goldenReports();
  });

  it('exists for each format', () => {
    expect(names.toSorted()).toEqual([...reports.keys()].toSorted());
  });

  it.each(names)('equals %s; npm run report:golden updates it', async (name) => {
    expect(reports.get(name)).toBe(await readFile(join(FOLDER, name), 'utf8'));
  });
});

describe('the pictures of the documentation', () => {
  it('show the report of the recorded run; npm run docs:pictures updates them', async () => {
    const folder = 'test/demo/recorded-run';
    const root = join(FOLDER, '../../..');
    const summary = summarise(await readRunFolder(join(root, folder)));
    const shown = await readFile(join(FOLDER, PICTURES), 'utf8');

    expect(shownText(summary, `${folder}/report.html`)).toBe(shown);
  });
});
