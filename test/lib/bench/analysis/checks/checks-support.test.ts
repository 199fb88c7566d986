import { checksSupport, type CheckResult } from '../../../../../lib/bench/analysis/checks/check.ts';
import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import { targetId } from '../../../../../lib/bench/model/measurement.ts';
import { reasonOf } from '../../../../../lib/bench/stats/judgement.ts';
import {
  closed,
  recordedRun,
  recordedTargets,
  withMeasurements,
} from '../../../../support/recorded-run.ts';

const check = (state: CheckResult['state']): CheckResult => ({
  check: 'noop-limit',
  state,
  finding: '',
});

const [, first, second, third] = recordedTargets();

/** In the repeats of the first target with four users the middleware had no time to spare. */
const summary = summarise(
  withMeasurements(
    recordedRun({
      targets: [first, second, third],
      levels: [closed(1), closed(4)],
      scenarios: ['warm'],
    }),
    (record) => {
      const { id, engine } = record.measurement;
      const isBusy =
        engine !== 'noop' && id.includes(`/${targetId(first)}/`) && id.endsWith('/closed-4');
      const busiestCpuShare = isBusy ? 0.9 : record.middleware.busiestCpuShare;
      return { ...record, middleware: { ...record.middleware, busiestCpuShare } };
    },
  ),
);

describe('The checks of a row', () => {
  it('support a verdict unless one failed', () => {
    expect(checksSupport({ checks: [check('passed'), check('failed')] })).toBe(false);
    expect(
      checksSupport({
        checks: [check('passed'), check('warned'), check('unknown'), check('not-applicable')],
      }),
    ).toBe(true);
    expect(checksSupport({})).toBe(true);
  });

  it('withhold the verdicts that the row takes part in, with the finding, and no others', () => {
    const withheld = (summary.verdicts ?? []).flatMap(({ level, verdicts }) =>
      verdicts
        .map(({ judgement, ...verdict }) => ({ ...verdict, level, reason: reasonOf(judgement) }))
        .filter(({ reason }) => reason !== undefined),
    );

    expect(withheld.map(({ level }) => level)).toEqual([closed(4), closed(4)]);
    for (const { first: one, second: other, reason, ratio } of withheld) {
      expect([targetId(one), targetId(other)]).toContain(targetId(first));
      expect(reason).toContain('used 90.0 % of a core');
      expect(ratio).toBeUndefined();
    }
    expect((summary.verdicts ?? []).flatMap((family) => family.verdicts)).toHaveLength(2 * 3);
  });
});
