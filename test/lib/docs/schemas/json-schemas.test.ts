import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { publishedSchemas } from '../../../../lib/docs/schemas/published-schemas.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { writeComparison } from '../../../../lib/bench/report/write-comparison.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { recordedRun } from '../../../support/recorded-run.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const validatorOf = (typeName: string): ValidateFunction => {
  const file = publishedSchemas.find(({ type }) => type === typeName)?.file ?? '';
  return new Ajv({ strict: false }).compile(JSON.parse(textOf(file)) as object);
};

const asWritten = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

describe('the published JSON Schemas', () => {
  it('match the types, or need npm run docs:schemas', () => {
    const folder = newFolder();
    // In its own process, because Jest cannot load the compiler's module.
    execFileSync(
      process.execPath,
      ['--import', './bin/typescript.js', 'lib/docs/schemas/write-schemas.ts', folder],
      {
        cwd: root,
      },
    );
    for (const { file } of publishedSchemas) {
      expect(readFileSync(path.join(folder, file), 'utf8')).toBe(textOf(file));
    }
  });

  it('describe what a run writes into summary.json, and refuse what it does not', () => {
    const validate = validatorOf('Summary');
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
    const validate = validatorOf('Comparison');

    expect(validate(comparison)).toBe(true);
    expect(comparison).toMatchObject({ differences: [{ what: 'Version of node' }] });
    expect(validate({ ...comparison, changes: [{ kind: 'perhaps' }] })).toBe(false);
  });
});
