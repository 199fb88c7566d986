import { reasonOf } from '../../../../../lib/bench/stats/judgement.ts';
import { type CheckResult, checksSupport } from '../../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';
import { targetId } from '../../../../../lib/bench/model/measurement.ts';
import type { ResultRecord } from '../../../../../lib/bench/model/record.ts';
import { renderMarkdown } from '../../../../../lib/bench/report/render-markdown.ts';
import { reportOf } from '../../../../../lib/bench/report/report.ts';
import { closed, recordedTargets, recordedRun } from '../../../../support/recorded-run.ts';
import { withoutCharts } from '../../../../support/run-charts.ts';

const check = (state: CheckResult['state']): CheckResult => ({
  check: 'noop-limit',
  state,
  finding: '',
});

const [, first, second, third] = recordedTargets() as [Target, Target, Target, Target];

/** Repeats of the first target with four users in which the middleware had no time to spare. */
const isBusy = (record: ResultRecord): boolean =>
  record.kind === 'measurement' &&
  record.measurement.engine !== 'noop' &&
  record.measurement.id.includes(`/${targetId(first)}/`) &&
  record.measurement.id.endsWith('/closed-4');

const run = recordedRun({
  targets: [first, second, third],
  levels: [closed(1), closed(4)],
  scenarios: ['warm'],
});
const summary = summarise({
  ...run,
  records: run.records.map((record) =>
    isBusy(record) && record.kind === 'measurement' && record.state === 'completed'
      ? { ...record, middleware: { ...record.middleware, busiestCpuShare: 0.9 } }
      : record,
  ),
});

describe('the checks of a row support a verdict', () => {
  it('unless one failed', () => {
    expect(checksSupport({ checks: [check('passed'), check('failed')] })).toBe(false);
    expect(
      checksSupport({
        checks: [check('passed'), check('warned'), check('unknown'), check('not-applicable')],
      }),
    ).toBe(true);
    expect(checksSupport({})).toBe(true);
  });
});

describe('a row that fails a check', () => {
  it('withholds the verdicts that it takes part in, with the finding, and no others', () => {
    const withheld = (summary.verdicts ?? []).flatMap(({ level, verdicts }) =>
      verdicts
        .map(({ judgement, ...verdict }) => ({ ...verdict, level, reason: reasonOf(judgement) }))
        .filter(({ reason }) => reason !== undefined),
    );

    expect(withheld.map(({ level }) => level)).toEqual([closed(4), closed(4)]);
    for (const { first: one, second: other, reason, ratio } of withheld) {
      expect([targetId(one), targetId(other)]).toContain(targetId(first));
      expect(reason).toContain('The busiest process of the middleware used 90.0 % of a core');
      expect(ratio).toBeUndefined();
    }
    expect((summary.verdicts ?? []).flatMap((family) => family.verdicts)).toHaveLength(2 * 3);
  });

  it('is greyed, and no other row is', () => {
    const text = renderMarkdown(reportOf(summary, withoutCharts(summary)));
    const greyed = text.split('\n').filter((line) => /\| \*\d/.test(line));

    // In the table of results, in that of processor time and in that of the parts of a request.
    expect(greyed).toHaveLength(3);
    expect(new Set(greyed.map((line) => line.split('|').slice(1, 3).join()))).toHaveProperty(
      'size',
      1,
    );
    expect(greyed[0]).toContain('middleware cpu');
    expect(text).toContain('1 row of 6 fails a check: greyed');
  });
});
