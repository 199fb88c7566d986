import { summarise } from '../../../../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../../../../lib/bench/analysis/summary.ts';
import { buildCells } from '../../../../../lib/bench/plan/build-plan.ts';
import type { Cell } from '../../../../../lib/bench/plan/cell.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/plan-options.ts';
import type { Plan } from '../../../../../lib/bench/plan/plan.ts';
import { buildSearches, lowestRate } from '../../../../../lib/bench/plan/slo/search.ts';
import type { CompletedCell, ResultRecord } from '../../../../../lib/bench/results/record.ts';
import { formatFigure } from '../../../../../lib/bench/wording/format-number.ts';
import { gateCounts, gateFindings } from '../../../../../lib/bench/report/gate-figures.ts';
import { glanceLines } from '../../../../../lib/bench/report/glance-lines.ts';
import { markdownTable } from '../../../../../lib/bench/report/markdown-text.ts';
import { isGreyed, sloColumns } from '../../../../../lib/bench/report/slo-table.ts';
import { createCellQueue } from '../../../../../lib/bench/run/cell-queue.ts';
import {
  completedCell,
  loadResult,
  recordedEnvironment,
  recordedPaths,
} from '../../../../support/recorded-run.ts';
import { LIMITS, measureLimited, searchedPlan } from '../../../../support/searched-plan.ts';

/** Runs a plan to its end, or to some number of records. */
const run = (
  plan: Plan,
  {
    records = [],
    most = Infinity,
    aloneMs = 5,
    measure = (cell) => measureLimited(cell, { aloneMs }),
  }: {
    readonly records?: readonly ResultRecord[];
    readonly most?: number;
    readonly aloneMs?: number;
    readonly measure?: (cell: Cell) => CompletedCell;
  } = {},
): readonly ResultRecord[] => {
  const all = [...records];
  const done = new Set(records.flatMap((one) => (one.kind === 'cell' ? [one.cell.id] : [])));
  const queue = createCellQueue(plan, plan.cells, ({ id }) => done.has(id), records);
  for (let next = queue.next(); next !== undefined && all.length < most; next = queue.next()) {
    // Counted without a gap, up to a total that ends of searches make smaller.
    expect(next.number).toBe(all.length + 1);
    expect(next.number).toBeLessThanOrEqual(next.total);
    expect(next.total).toBeLessThanOrEqual(queue.total);
    const record = measure(next.cell);
    all.push(record);
    queue.note(record);
  }
  return all;
};

const summaryOf = (plan: Plan, records: readonly ResultRecord[]) =>
  summarise({ plan, environment: recordedEnvironment, records });

/** At the rates that are carried so many are late that one window does not tell, and two do. */
const measureClose = (cell: Cell): CompletedCell => {
  const { level, durationSeconds } = cell;
  if (level.loop === 'closed' || level.ratePerSecond > 80) return measureLimited(cell);
  const requests = Math.round(level.ratePerSecond * durationSeconds);
  const latenciesMs = Array.from({ length: requests }, (_, request) =>
    request < requests * 0.0078 ? 51 : 49,
  );
  return completedCell(cell, loadResult(latenciesMs, durationSeconds));
};

/** Above a rate its requests leave late, and the serving answers all of them later than any bound. */
const measureLate = (cell: Cell): CompletedCell => {
  const record = measureLimited(cell);
  const isLate = cell.level.loop === 'open' && cell.level.ratePerSecond > 30;
  const answers = Array.from({ length: record.load.offered }, () => 90);
  return isLate
    ? {
        ...record,
        load: { ...loadResult(answers, cell.durationSeconds), delayedShare: 0.3 },
      }
    : record;
};

/** Answers later than any bound at each rate. */
const measureSlow = (cell: Cell): CompletedCell => {
  const { load, ...record } = measureLimited(cell);
  const answers = Array.from({ length: load.offered }, () => 90);
  return cell.level.loop === 'closed'
    ? { ...record, load }
    : { ...record, load: loadResult(answers, cell.durationSeconds) };
};

/** Answers one user alone 13 times a second, and more of them 18 times. */
const measureFew = (cell: Cell): CompletedCell => {
  const { virtualUsers } = cell.level.loop === 'closed' ? cell.level : { virtualUsers: 0 };
  const answers = Array.from(
    { length: cell.durationSeconds * (virtualUsers === 1 ? 13 : 18) },
    () => 5,
  );
  return completedCell(cell, loadResult(answers, cell.durationSeconds));
};

const tableOf = ({ sloSearches = [] }: Summary): readonly string[] =>
  markdownTable(sloColumns(new Map()), sloSearches, isGreyed);

describe('the searches of a plan', () => {
  const plan = searchedPlan([15, 50]);
  const records = run(plan);

  it('run after its cells, and find the rate of each path within each bound', () => {
    const searches = summaryOf(plan, records).sloSearches ?? [];

    expect(searches.map(({ p99Ms }) => p99Ms)).toEqual([15, 50, 15, 50]);
    for (const { p99Ms, state, highestValid, lowestInvalid } of searches) {
      const limit = LIMITS.find((one) => one.p99Ms === p99Ms)?.rate ?? 0;
      expect(state).toBe('found');
      expect(highestValid?.ratePerSecond).toBeLessThanOrEqual(limit);
      expect(lowestInvalid?.ratePerSecond).toBeGreaterThan(limit);
    }
  });

  it('go on where a run was cut off, and end at the same', () => {
    for (let cut = 0; cut < records.length; cut += 5) {
      const before = records.slice(0, cut);
      expect(run(plan, { records: before })).toEqual(records);
      expect(summaryOf(plan, before).sloSearches).toHaveLength(4);
    }
  });

  it('go on between two windows of one rate and before a confirmation, and end at the same', () => {
    const one = searchedPlan([50], recordedPaths().slice(0, 1));
    const measured = new Map<string, CompletedCell>();
    const measure = (cell: Cell): CompletedCell => {
      const record = measured.get(cell.id) ?? measureClose(cell);
      measured.set(cell.id, record);
      return record;
    };
    const all = run(one, { measure });
    const windows = all.flatMap((record) =>
      record.kind === 'cell' && record.cell.window !== undefined
        ? [`${record.cell.window.purpose} ${record.cell.window.number}`]
        : [],
    );

    expect(new Set(windows)).toEqual(new Set(['trial 2', 'confirmation 1', 'confirmation 2']));
    expect(summaryOf(one, all).sloSearches?.[0]).toMatchObject({
      state: 'found',
      highestValid: { windows: 2, confirmation: { valid: true } },
    });
    for (let cut = 0; cut < all.length; cut += 1) {
      expect(run(one, { records: all.slice(0, cut), measure })).toEqual(all);
    }
  });

  it('make a run invalid that was cut off in one of them, though all of its planned cells are there', () => {
    const { validity, cells } = summaryOf(plan, records.slice(0, -1));

    expect(cells.missing).toBe(0);
    expect(validity?.reasons).toContainEqual(
      expect.stringMatching(
        /p99 within 50 ms was cut off; go on with "npx serving-compare run --resume DIR"\.$/,
      ),
    );
    expect(summaryOf(plan, records).validity?.reasons.join(' ')).not.toContain('cut off');
  });

  describe('where the load engine sends late', () => {
    const summary = summaryOf(plan, run(plan, { measure: measureLate }));

    it('make a run invalid, a path by a sentence with the gate and what to do', () => {
      const reasons = summary.validity?.reasons.filter((reason) => reason.includes('searches'));

      expect(reasons).toHaveLength(2);
      expect(reasons?.[0]).toMatch(
        /: none of its 2 searches has a result: each ended where the load engine was at its own limit and failed the gates \(failed: Schedule 2\)\. The load was not the planned one/,
      );
    });

    it('are asked the gates of an open loop', () => {
      for (const { trials, limitedBy } of summary.sloSearches ?? []) {
        expect(limitedBy).toBe('load-engine');
        for (const { ratePerSecond, gates = [] } of trials) {
          expect(gates.map(({ gate, state }) => [gate, state])).toEqual([
            ['generator-cpu', 'passed'],
            ['middleware-cpu', 'passed'],
            ['schedule', ratePerSecond > 30 ? 'failed' : 'passed'],
          ]);
        }
      }
    });

    it('are counted with the gates, and greyed', () => {
      const trials = summary.sloSearches?.flatMap((search) => search.trials) ?? [];
      const failed = trials.filter(({ ratePerSecond }) => ratePerSecond > 30).length;
      const schedule = gateCounts(summary).find(({ gate }) => gate === 'schedule');

      expect(failed).toBeGreaterThan(0);
      expect(schedule?.failed).toBe(failed);
      const findings = gateFindings(summary, new Map()).findings.filter(
        ({ gate }) => gate === 'schedule',
      );
      expect(findings).toHaveLength(failed);
      expect(findings[0]?.load).toMatch(/^trial at [\d.]+ requests\/s, p99 within 15 ms$/);
      const [, , line] = tableOf(summary);
      expect(line).toMatch(
        /\| \*[\d.]+\* \|.*\| no result: where it ended, the load engine failed a gate/,
      );
    });
  });

  it('say of a path without a rate down to which one they tried', () => {
    const one = searchedPlan([15], recordedPaths().slice(0, 1));
    const summary = summaryOf(one, run(one, { measure: measureSlow }));
    const [search] = summary.sloSearches ?? [];
    const lowest = formatFigure(search?.lowestInvalid?.ratePerSecond);

    expect(search).toMatchObject({ state: 'unreachable', lowestInvalid: { valid: false } });
    expect(glanceLines(summary, new Map()).map(({ value }) => value)).toContain(
      `No rate of at least ${lowest} requests/s was shown to be carried within it.`,
    );
    expect(tableOf(summary)[2]).toContain(
      `| no rate of at least ${lowest} requests/s was shown to be carried. `,
    );
  });

  it('have no rows: their trials overload a path on purpose', () => {
    const { rows, cells } = summaryOf(plan, records);

    expect(rows.every(({ level }) => level.loop === 'closed')).toBe(true);
    expect(cells).toMatchObject({ completed: plan.cells.length, missing: 0 });
  });

  it('are over without a trial where one user alone waits longer than the bound', () => {
    const alone = searchedPlan([15]);
    const [search] = summaryOf(alone, run(alone, { aloneMs: 30 })).sloSearches ?? [];

    expect(search).toMatchObject({ state: 'unreachable', trials: [] });
    expect(search?.reason).toMatch(/^Half of the requests of a single virtual user take longer/);
  });

  it('try nothing where their windows are too short for what virtual users got, and say which are not', () => {
    const options = { profile: 'slo', seed: 1, sloP99Ms: [15], durationSeconds: 3 } as const;
    const one = searchedPlan([15], recordedPaths().slice(0, 1), options);
    const summary = summaryOf(one, run(one, { measure: measureFew }));
    const [search] = summary.sloSearches ?? [];

    expect(search).toMatchObject({ state: 'too-short', trials: [] });
    // 662 ÷ (10 · 0.4 · 0.7 · 18) s.
    expect(search?.reason).toBe(
      'Virtual users got at most 18.0 requests/s on this path, so that the search would begin at 12.6; windows of 3 s hold enough requests only from 22.1 on. It wants --duration 14 or more.',
    );
    expect(tableOf(summary)[2]).toContain('no result: its windows are too short. Virtual users');
    expect(summary.validity?.reasons.join('\n')).toContain('It wants --duration 14 or more.');
    expect(
      glanceLines(summary, new Map())
        .map(({ value }) => value)
        .join('\n'),
    ).toContain('Not known: the windows of the searches are too short');
    expect(lowestRate({ durationSeconds: 14 })).toBeLessThan(0.4 * 12.6);
  });

  it('do not start where the cells that tell where to begin are missing', () => {
    const [search] = summaryOf(plan, []).sloSearches ?? [];

    expect(search).toMatchObject({ state: 'not-started', trials: [] });
  });
});

describe('the profile slo', () => {
  it('searches MLPerf’s bound of 15 ms where no other is said', () => {
    expect(resolvePlanOptions({ profile: 'slo' }).sloP99Ms).toEqual([15]);
  });

  it('is what makes bounds searched: with any other they are only reported', () => {
    const options = resolvePlanOptions({ profile: 'fair', sloP99Ms: [20], seed: 1 });
    const paths = recordedPaths();
    const without = resolvePlanOptions({ profile: 'fair', seed: 1 });

    expect(options.sloP99Ms).toEqual([20]);
    expect(buildSearches(paths, options)).toEqual([]);
    expect(buildCells(paths, options)).toEqual(buildCells(paths, without));
  });
});
