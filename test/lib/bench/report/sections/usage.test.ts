import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { ServedBy } from '../../../../../lib/bench/model/plan.ts';
import type { ResultRecord } from '../../../../../lib/bench/model/record.ts';
import { usageSection } from '../../../../../lib/bench/report/sections/usage.ts';
import type { RunData } from '../../../../../lib/bench/results/run-folder.ts';
import { measuredInStudy, platformOf } from '../../../../../serving-configs/index.ts';
import { closed, recordedRun } from '../../../../support/recorded-run.ts';

const run = recordedRun({ levels: [closed(4)], durationSeconds: 2 });
const served: ServedBy = { platform: 'a server', engine: 'an engine', real: true };

/** The same run in containers: the second serving is a stand-in, and the idle memory grows with each start. */
const inContainers: RunData = {
  ...run,
  plan: {
    ...run.plan,
    runtime: 'docker',
    served: Object.fromEntries(
      run.plan.targets.map(({ serving }) => [
        serving,
        { ...served, real: serving !== measuredInStudy[1], imageMiB: 4000 },
      ]),
    ),
  },
  records: run.records.map((record, at): ResultRecord =>
    record.kind === 'measurement' && record.state === 'completed' && record.start !== undefined
      ? { ...record, start: { ...record.start, timeToReadyMs: 1500, idleMemoryMiB: 300 + at } }
      : record,
  ),
};

const rowsOf = (data: RunData): readonly ReadonlyMap<string, string>[] =>
  (usageSection(summarise(data))?.blocks ?? []).flatMap((block) =>
    block.kind === 'table'
      ? block.rows.map(
          ({ cells }) =>
            new Map(cells.map(({ text }, at) => [block.columns[at]?.title ?? '', text] as const)),
        )
      : [],
  );

describe('the usage table of a run', () => {
  const platforms = new Set(run.plan.targets.map(({ serving }) => platformOf(serving)));

  it('has a row for each platform, with its known facts', () => {
    const rows = rowsOf(run);

    expect(rows).toHaveLength(platforms.size);
    for (const row of rows) {
      expect(row.get('Last release')).toMatch(/, \d{4}-\d\d-\d\d$/);
    }
  });

  it('has figures only if the platform itself ran', () => {
    expect(rowsOf(run).flatMap((row) => row.get('Idle memory') ?? [])).toEqual([]);

    const rows = rowsOf(inContainers);
    expect(rows.map((row) => row.get('Time to ready'))).toEqual(
      [...platforms].map((platform) =>
        platform === platformOf(measuredInStudy[1] ?? 'torchserve') ? '–' : '1500',
      ),
    );
    expect(rows[0]?.get('Size')).toBe('4000');
    expect(Number(rows[0]?.get('Idle memory'))).toBeGreaterThan(300);
  });
});
