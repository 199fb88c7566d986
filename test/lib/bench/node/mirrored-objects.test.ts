import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listMirrored } from '../../../../lib/bench/node/mirrored-objects.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';
import { writeRecordedRunFolder } from '../../../support/recorded-run-folder.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();
const data = recordedRun({ levels: [closed(1)], repeats: 1, durationSeconds: 1 });

describe('what of a run folder belongs into the bucket', () => {
  it('is each whole line of the results as it stands there, and no half one', async () => {
    const folder = newFolder();
    await writeRecordedRunFolder(folder, data);
    const results = join(folder, 'results.jsonl');
    const whole = await readFile(results, 'utf8');
    await appendFile(results, '{"kind":"measurement","ä');
    const objects = await listMirrored({ folder, runId: 'run', pair: 2 });
    const records = objects.filter(({ key }) => key.includes('/records/'));
    const bodies = await Promise.all(records.map(({ read }) => read()));

    expect(records).toHaveLength(data.records.length);
    expect(Buffer.concat(bodies).toString('utf8')).toBe(whole);
    expect(objects.slice(0, 2).map(({ file }) => file)).toEqual(
      ['plan.json', 'environment.json'].map((name) => join(folder, name)),
    );
  });
});
