import { buildCells } from '../../../../../lib/bench/plan/build-plan.ts';
import type { Cell, Path } from '../../../../../lib/bench/plan/cell.ts';
import { resolvePlanOptions } from '../../../../../lib/bench/plan/plan-options.ts';
import { createEarlyStopping } from '../../../../../lib/bench/plan/stopping/early-stopping.ts';
import type { CellRecord } from '../../../../../lib/bench/results/record.ts';
import {
  closed,
  completedCell,
  loadResult,
  recordedPaths,
} from '../../../../support/recorded-run.ts';

const AT = new Date('2026-01-02T03:04:05.000Z');

interface Setting {
  readonly paths?: readonly Path[];
  readonly ratesByServing?: Readonly<Record<string, number>>;
  readonly stopEarly?: boolean;
  readonly records?: readonly CellRecord[];
}

const FAR_APART = { torchserve: 50, tfserving: 100, triton_pytorch: 200, triton_tensorflow: 400 };

/** Runs a plan of five levels and five repeats whose servings have a flat rate from 8 virtual users on. */
const run = ({
  paths = recordedPaths(),
  ratesByServing = FAR_APART,
  stopEarly = true,
  records = [],
}: Setting = {}): readonly CellRecord[] => {
  const options = resolvePlanOptions({
    seed: 3,
    stopEarly,
    scenarios: ['warm'],
    levels: [1, 8, 16, 32, 64].map(closed),
    repeats: 5,
    ceilings: 'each',
  });
  const cells = buildCells(paths, options);
  const stopping = createEarlyStopping({ cells, options }, records, undefined);
  const done = new Set(records.map(({ cell }) => cell.id));
  const measure = (cell: Cell): CellRecord => {
    const users = cell.level.loop === 'closed' ? cell.level.virtualUsers : 0;
    const rate = (ratesByServing[cell.path.serving] ?? 1) * Math.min(1, users / 8);
    const answers = Math.round(rate * (1 + 0.01 * Math.sin(cell.repeat + users)) * 10);
    return completedCell(
      cell,
      loadResult(
        Array.from({ length: answers }, () => 5),
        10,
      ),
    );
  };
  return [
    ...records,
    ...cells
      .filter(({ id }) => !done.has(id))
      .map((cell) => {
        const record = stopping.leftOut(cell, AT) ?? measure(cell);
        stopping.note(record);
        return record;
      }),
  ];
};

const measured = (records: readonly CellRecord[], engine: Cell['engine']) =>
  records.flatMap((record) =>
    record.state === 'completed' && record.cell.engine === engine ? [record.cell] : [],
  );
const reasonsOf = (records: readonly CellRecord[], rule: string): ReadonlySet<string> =>
  new Set(
    records.flatMap((record) =>
      record.state === 'skipped' && record.rule === rule ? [record.reason] : [],
    ),
  );
const usersOf = ({ level }: Cell): number => (level.loop === 'closed' ? level.virtualUsers : 0);

describe('early stopping', () => {
  it('measures the ends of a flat stretch in every repeat until they are settled, and one level inside it once', () => {
    const cells = measured(run(), 'onnx').filter(({ path }) => path.serving === 'torchserve');
    const repeatsAt = (users: number): number =>
      cells.filter((cell) => usersOf(cell) === users).length;

    expect([1, 8, 16, 32, 64].map(repeatsAt)).toEqual([3, 3, 1, 0, 3]);
  });

  it('says why, as a sentence', () => {
    const records = run();

    expect([...reasonsOf(records, 'flat')][0]).toMatch(
      /^from 8 to 64 virtual users the rate is flat, [\d.]+ to [\d.]+ req\/s at 3 levels$/,
    );
    expect(reasonsOf(records, 'settled')).toEqual(
      new Set(['after 3 repeats its order against 3 rivals at this load is settled']),
    );
  });

  it('says of how many rivals the repeats that are left would leave the order open', () => {
    const onTheMargin = run({
      paths: recordedPaths().slice(0, 2),
      ratesByServing: { torchserve: 103, tfserving: 100 },
    });

    expect(reasonsOf(onTheMargin, 'settled')).toContain(
      'after 3 repeats, 2 more repeats would not settle its order against the 1 rival that is open',
    );
  });

  it('measures a ceiling where something below it runs in the same repeat', () => {
    const records = run();
    const needed = new Set(
      measured(records, 'onnx').map(
        (cell) => `${cell.path.serving}/${cell.repeat}/${usersOf(cell)}`,
      ),
    );
    const ceilings = measured(records, 'null').filter(({ repeat }) => repeat > 1);

    expect(ceilings.length).toBeGreaterThan(0);
    for (const { path, repeat, ...cell } of ceilings) {
      expect(needed).toContain(`${path.serving}/${repeat}/${usersOf(cell as Cell)}`);
    }
    expect(measured(records, 'null').filter(({ repeat }) => repeat > 3)).toEqual([]);
  });

  it('comes to the same where the run was cut off and goes on', () => {
    const whole = run();

    for (const cut of [7, 40, 90]) expect(run({ records: whole.slice(0, cut) })).toEqual(whole);
  });

  it('goes by the precision of the rate where there is no rival', () => {
    const records = run({ paths: recordedPaths().slice(0, 1) });

    expect(reasonsOf(records, 'settled').size).toBe(0);
    expect([...reasonsOf(records, 'precise')][0]).toMatch(/its rate is known to ±[\d.]+ %$/);
  });

  it('leaves nothing out where the plan does not want it', () => {
    expect(run({ stopEarly: false }).every(({ state }) => state === 'completed')).toBe(true);
  });
});
