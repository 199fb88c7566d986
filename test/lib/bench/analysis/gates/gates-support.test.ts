import type { GateResult } from '../../../../../lib/bench/analysis/gates/gate.ts';
import { gatesSupport } from '../../../../../lib/bench/analysis/gates/gates-support.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Path } from '../../../../../lib/bench/model/cell.ts';
import { pathId } from '../../../../../lib/bench/model/cell.ts';
import type { ResultRecord } from '../../../../../lib/bench/model/record.ts';
import { renderMarkdown } from '../../../../../lib/bench/report/markdown.ts';
import { rowGroups } from '../../../../../lib/bench/report/row-groups.ts';
import { closed, recordedPaths, recordedRun } from '../../../../support/recorded-run.ts';

const gate = (state: GateResult['state']): GateResult => ({ gate: 'ceiling', state, finding: '' });

const [, first, second, third] = recordedPaths() as [Path, Path, Path, Path];

/** Repeats of the first path with four users in which the middleware had no time to spare. */
const isBusy = (record: ResultRecord): boolean =>
  record.kind === 'cell' &&
  record.cell.engine !== 'null' &&
  record.cell.id.includes(`/${pathId(first)}/`) &&
  record.cell.id.endsWith('/closed-4');

const run = recordedRun({
  paths: [first, second, third],
  levels: [closed(1), closed(4)],
  scenarios: ['warm'],
});
const summary = summarise({
  ...run,
  records: run.records.map((record) =>
    isBusy(record) && record.kind === 'cell' && record.state === 'completed'
      ? { ...record, middleware: { ...record.middleware, busiestCpuShare: 0.9 } }
      : record,
  ),
});

describe('the gates of a row support a verdict', () => {
  it('unless one failed', () => {
    expect(gatesSupport({ gates: [gate('passed'), gate('failed')] })).toBe(false);
    expect(
      gatesSupport({
        gates: [gate('passed'), gate('warned'), gate('unknown'), gate('not-applicable')],
      }),
    ).toBe(true);
    expect(gatesSupport({})).toBe(true);
  });
});

describe('a row that fails a gate', () => {
  it('withholds the verdicts that it takes part in, with the finding, and no others', () => {
    const verdicts = (summary.verdicts ?? []).flatMap((family) => family.verdicts);
    const withheld = verdicts.filter((verdict) => verdict.withheld !== undefined);

    expect(withheld.map((verdict) => verdict.level)).toEqual([closed(4), closed(4)]);
    for (const { first: one, second: other, word, withheld: reason, ratio } of withheld) {
      expect([pathId(one), pathId(other)]).toContain(pathId(first));
      expect(reason).toContain('The busiest process of the middleware used 90.0 % of a core');
      expect([word, ratio]).toEqual(['undecided', undefined]);
    }
    expect(verdicts).toHaveLength(2 * 3);
  });

  it('is greyed, and no other row is', () => {
    const text = renderMarkdown(
      summary,
      rowGroups(summary.rows).map((group) => ({ group, charts: [], charted: group })),
    );
    const greyed = text.split('\n').filter((line) => /\| \*\d/.test(line));

    expect(greyed).toHaveLength(1);
    expect(greyed[0]).toContain('middleware cpu');
    expect(text).toContain('1 row of 6 fails a gate: greyed');
  });
});
