import { noticesOf } from '../../../../lib/bench/analysis/notices.ts';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { CheckResult } from '../../../../lib/bench/analysis/summary-row.ts';
import type { AwsPair } from '../../../../lib/bench/model/environment.ts';
import { closed, recordedRun, recordedTargets } from '../../../support/recorded-run.ts';
import { onPairs } from './comparison/run-on-pairs.ts';

const run = recordedRun({ repeats: 4, scenarios: ['warm'], levels: [closed(1), closed(8)] });
const summary = summarise(run);

describe('The notices of a run', () => {
  it('say that some verdicts are withheld, and why the first one is, unless the answer says it', () => {
    const reason = { code: 'few-repeats', repeats: 2, failed: 2 } as const;
    const { headline } = summary;
    const verdicts = (headline?.verdicts ?? []).map((verdict, at, all) =>
      at < all.length - 1
        ? verdict
        : { ...verdict, judgement: { kind: 'withheld', reason } as const },
    );

    // One of four targets fails too many requests, so that three of six pairs have no verdict.
    expect(headline).toMatchObject({
      given: 3,
      failing: [{ reason: { code: 'failed-requests' } }],
    });
    expect(summary.notices).toEqual([]);
    expect(
      noticesOf({ ...summary, headline: headline && { ...headline, verdicts, given: 2 } }),
    ).toEqual([{ code: 'withheld', verdicts: 1, of: 3, reason }]);
  });

  it('say that a run is going on', () => {
    const records = run.records.filter(
      (record) => record.kind !== 'measurement' || record.measurement.repeat <= 3,
    );
    const { notices, plan } = summarise({ ...run, records, isGoingOn: true });

    expect(notices).toEqual([
      {
        code: 'going-on',
        recorded: (3 * plan.measurementCount) / 4,
        planned: plan.measurementCount,
      },
    ]);
  });

  it('say that the time of a run was up, unless the order of its targets is known', () => {
    const stopped = { why: 'time-up', repeats: 3, planned: 9 } as const;
    const { headline } = summary;
    const verdicts = (headline?.verdicts ?? []).map(
      (verdict) => ({ ...verdict, judgement: { kind: 'noisy' } }) as const,
    );

    expect(summary.ranking?.isDecided).toBe(true);
    expect(noticesOf({ ...summary, stopped })).toEqual([]);
    expect(
      noticesOf({ ...summary, stopped, headline: headline && { ...headline, verdicts } }),
    ).toEqual([{ code: 'time-up', repeats: 3, planned: 9 }]);
  });

  it('say how a target changed, once for each target', () => {
    const drifting: CheckResult = { check: 'drift', state: 'failed', reason: 'slower' };
    const [first] = summary.rows;
    const rows = summary.rows.map((row) =>
      row.target === first?.target ? { ...row, checks: [drifting] } : row,
    );

    expect(noticesOf({ ...summary, rows })[0]).toEqual({
      code: 'drift',
      target: first?.target,
      scenario: 'warm',
      level: closed(1),
      result: drifting,
    });
    expect(noticesOf({ ...summary, rows }).filter(({ code }) => code === 'drift')).toHaveLength(1);
  });

  it('say that the repeats of a target differ if they do at each of its levels', () => {
    const restless: CheckResult = { check: 'drift', state: 'warned', reason: 'restless' };
    const [{ target }] = summary.rows.slice(0, 1) as [(typeof summary.rows)[number]];
    const ofTarget = summary.rows.filter((row) => row.target === target);
    const withRestless = (rows: readonly unknown[]) =>
      noticesOf({
        ...summary,
        rows: summary.rows.map((row) =>
          rows.includes(row) ? { ...row, checks: [restless] } : row,
        ),
      });

    expect(withRestless(ofTarget)).toMatchObject([{ code: 'drift', target, result: restless }]);
    expect(withRestless(ofTarget.slice(1))).toEqual([]);
  });

  it('say once that two targets changed against each other', () => {
    const result = {
      check: 'drift',
      state: 'failed',
      reason: 'contested',
      facts: { beforeMs: 60.2, afterMs: 41 },
    } as const satisfies CheckResult;
    const [target, other] = recordedTargets();
    const rows = summary.rows.map((row) =>
      [target.serving, other.serving].includes(row.target.serving)
        ? { ...row, checks: [result] }
        : row,
    );
    const notices = noticesOf({ ...summary, rows });

    expect(notices[0]).toMatchObject({
      code: 'contested-drift',
      results: [
        { target, result },
        { target: other, result },
      ],
    });
    expect(notices.filter(({ code }) => code === 'drift')).toEqual([]);
  });

  it('do not say twice that a target changed', () => {
    const { headline } = summary;
    const result: CheckResult = { check: 'drift', state: 'failed', reason: 'slower' };
    const verdicts = (headline?.verdicts ?? []).map((verdict) =>
      verdict.judgement.kind === 'withheld'
        ? ({
            ...verdict,
            judgement: {
              kind: 'withheld',
              reason: { code: 'failed-check', result, target: verdict.first },
            },
          } as const)
        : verdict,
    );

    expect(noticesOf({ ...summary, headline: headline && { ...headline, verdicts } })).toEqual([]);
  });

  it('say which processors nodes with the same role have, if they differ', () => {
    const { environment } = onPairs(run, ['a', 'b', 'c']);
    const { aws } = environment;
    const cpuModel = 'another processor';
    const pairs = (aws?.pairs ?? []).map((pair): AwsPair => {
      const { machine } = pair.middleware;
      return pair.pair === 2
        ? { ...pair, middleware: { ...pair.middleware, machine: { ...machine, cpuModel } } }
        : pair;
    });
    const noticesWith = (different: readonly AwsPair[] = []) =>
      noticesOf({
        ...summary,
        environment: { ...environment, aws: aws && { ...aws, pairs: different } },
      });

    expect(noticesWith(aws?.pairs)).toEqual([]);
    expect(noticesWith(pairs)).toEqual([
      {
        code: 'processors-differ',
        role: 'middleware',
        processors: [
          { cpuModel: environment.machine.cpuModel, pairs: [1, 3] },
          { cpuModel, pairs: [2] },
        ],
      },
    ]);
  });

  it('say how many bypass runs gave no figures', () => {
    const rows = summary.rows.map((row) => ({
      ...row,
      bypassFailures: [{ repeat: 1, reason: 'nobody listens' }],
    }));

    expect(noticesOf({ ...summary, rows }).at(-1)).toEqual({
      code: 'no-bypass',
      measurements: rows.filter(({ engine }) => engine !== 'noop').length,
      reason: 'nobody listens',
    });
  });
});
