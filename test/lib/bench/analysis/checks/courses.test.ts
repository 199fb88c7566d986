import {
  measuredCourses,
  repeatKey,
  surroundingsOf,
} from '../../../../../lib/bench/analysis/checks/courses.ts';
import type { MeasuredRow } from '../../../../../lib/bench/analysis/records.ts';
import { targetId, type Target } from '../../../../../lib/bench/model/measurement.ts';
import { measuredRow } from '../../../../support/measured-rows.ts';
import { closed, loadResult, recordedTargets } from '../../../../support/recorded-run.ts';

const [first, second, third, fourth] = recordedTargets();

/** A row with one window for each mean response time. */
const rowOf = (target: Target, timesMs: readonly number[]): MeasuredRow => {
  const row = measuredRow(
    target,
    closed(1),
    timesMs.map(() => 10),
  );
  return {
    ...row,
    repeats: row.repeats.map((record, at) => ({
      ...record,
      load: loadResult([timesMs[at] ?? Number.NaN], 10),
    })),
  };
};

const rows = [
  rowOf(first, [10, 10, 10]),
  rowOf(second, [10, 20, 40]),
  rowOf(third, [30, 60, 120]),
  rowOf(fourth, [5, 5, 80]),
];
const keys = rows[0]?.repeats.map(repeatKey) ?? [];

describe('What the machine did', () => {
  it('is the median course of the other targets, in logarithms', () => {
    const { machine, others } = surroundingsOf(measuredCourses(rows, []), targetId(first), keys);

    expect(others).toHaveLength(3);
    expect([...machine.values()]).toEqual([
      expect.closeTo(-Math.LN2, 2) as number,
      expect.closeTo(0, 2) as number,
      expect.closeTo(Math.LN2, 2) as number,
    ]);
  });

  it('is not known if no other target was measured in each repeat', () => {
    const courses = measuredCourses(rows.slice(0, 1), []);

    expect(surroundingsOf(courses, targetId(first), keys).machine.size).toBe(0);
  });
});
