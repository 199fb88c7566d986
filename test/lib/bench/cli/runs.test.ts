import { join } from 'node:path';
import { main } from '../../../../lib/bench/cli.ts';
import { writeReport } from '../../../../lib/bench/report/write-report.ts';
import { callBench, recordingConsole } from '../../../support/bench-cli.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const run = recordedRun({ durationSeconds: 2, repeats: 2, scenarios: ['warm'] });
const root = newFolder();
const [whole, cutOff] = [join(root, 'whole'), join(root, 'cut-off')];

beforeAll(async () => {
  await writeRecordedRunFolder(whole, run);
  await writeReport(whole);
  await writeRecordedRunFolder(cutOff, { ...run, records: run.records.slice(0, -3) });
});

describe('The command that lists runs', () => {
  it('prints a row for each, and commands whole on lines of their own', async () => {
    const { exitCode, stdout } = await callBench(`runs ${root}`);
    const lines = stdout.split('\n');

    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^folder +state +when +profile +targets/);
    expect(lines).toContain(`    npx serving-compare run --resume ${cutOff}`);
    for (const folder of [whole, cutOff]) {
      expect(lines.filter((line) => line.startsWith(`${folder} `))).toHaveLength(1);
    }
  });

  it('leaves out columns in a narrow terminal', async () => {
    const { console, written } = recordingConsole();
    const width = whole.length + 20;
    await main(['runs', root], { ...console, outStyle: { color: false, width } });
    const [head = ''] = written.stdout.split('\n');

    expect(head).toMatch(/^folder +state$/);
  });

  it('prints JSON for programs', async () => {
    const { stdout } = await callBench(`runs ${root} --json`);
    const { runs } = JSON.parse(stdout) as { readonly runs: readonly { readonly state: string }[] };

    expect(runs.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['valid', 'interrupted']),
    );
  });

  it('says that a folder holds no runs', async () => {
    const { exitCode, stdout } = await callBench(`runs ${newFolder()}`);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('there are no runs');
  });
});
