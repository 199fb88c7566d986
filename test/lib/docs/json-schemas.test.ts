import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { summarise } from '../../../lib/bench/analysis/summarise.ts';
import { writeComparison } from '../../../lib/bench/report/write-comparison.ts';
import { writeRecordedRunFolder } from '../../support/recorded-run-folder.ts';
import { recordedRun } from '../../support/recorded-run.ts';
import { newFolder } from '../../support/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const written = newFolder();
const textOf = (folder: string, name: string): string =>
  readFileSync(path.join(folder, 'lib/bench/schemas', `${name}.schema.json`), 'utf8');

const validatorOf = (name: string): ValidateFunction =>
  new Ajv({ strict: false }).compile(JSON.parse(textOf(written, name)) as object);

const asWritten = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

describe('the published JSON Schemas', () => {
  beforeAll(() => {
    execFileSync(process.execPath, ['bin/typescript.js', 'lib/docs/write-schemas.ts', written], {
      cwd: root,
    });
  });

  it('include that of a description, which is committed, or needs npm run docs:schemas', () => {
    expect(textOf(root, 'model')).toBe(textOf(written, 'model'));
  });

  it('describe what a run writes into its folder, and refuse what it does not', () => {
    const { plan, environment, records } = recordedRun({ directShare: 0.8 });
    const [record] = records;
    for (const [name, value] of Object.entries({ plan, environment, results: record ?? {} })) {
      const validate = validatorOf(name);

      expect(validate(asWritten(value))).toBe(true);
      expect(validate({})).toBe(false);
    }
  });

  it('describe what a run writes into summary.json, and refuse what it does not', () => {
    const validate = validatorOf('summary');
    const summary = asWritten(summarise(recordedRun({ directShare: 0.8 })));

    expect(validate(summary)).toBe(true);
    expect(validate({ ...summary, rows: [{ path: 'a' }] })).toBe(false);
  });

  it('describe what "npx serving-compare report BEFORE AFTER" writes into comparison.json', async () => {
    const [before, after, output] = [newFolder(), newFolder(), newFolder()];
    const { environment, ...run } = recordedRun({ repeats: 4, durationSeconds: 2 });
    const other = { ...environment, versions: { ...environment.versions, node: 'v99' } };
    const plan = { ...run.plan, createdAt: '2026-01-03T03:00:00.000Z' };
    await writeRecordedRunFolder(before, { ...run, environment });
    await writeRecordedRunFolder(after, { ...run, plan, environment: other });
    const { files } = await writeComparison(before, after, output);
    const comparison = JSON.parse(readFileSync(files.json, 'utf8')) as object;
    const validate = validatorOf('comparison');

    expect(validate(comparison)).toBe(true);
    expect(comparison).toMatchObject({ differences: [{ what: 'Version of node' }] });
    expect(validate({ ...comparison, changes: [{ kind: 'perhaps' }] })).toBe(false);
  });
});
