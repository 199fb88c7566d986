import { join } from 'node:path';
import type { ManyRecord } from '../../../../lib/bench/model/many-models.ts';
import { expectedMany, loadProtocolsOf } from '../../../../lib/bench/plan/many-models.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { sum } from '../../../../lib/bench/stats/moments.ts';

const recorded = join(import.meta.dirname, '../../../../lib/docs/many-run');

const secondsOf = ({ startedAt, finishedAt }: ManyRecord): number =>
  (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;

/** The seconds that the models from the 11th to the 100th add to a server's part of a run. */
const secondsOf90More = (serving: 'flask' | 'mms' | 'triton_onnx'): number =>
  expectedMany(serving, { counts: [1, 100] }).seconds -
  expectedMany(serving, { counts: [1, 10] }).seconds;

describe('what a server with many models is expected to take', () => {
  it('is within a fifth of the recorded run in all, and within a factor of 2.2 for each row', async () => {
    const { plan, records } = await readRunFolder(recorded);
    const rows = records
      .filter((record) => record.kind === 'many-models')
      .map((record) => {
        const { serving } = record.target;
        const { seconds } = expectedMany(serving, plan.options);
        return { took: secondsOf(record), expected: seconds / loadProtocolsOf(serving).length };
      });
    const ratio = sum(rows.map(({ expected }) => expected)) / sum(rows.map(({ took }) => took));

    expect(rows).toHaveLength(12);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.2);
    for (const { took, expected } of rows) {
      expect(Math.max(took / expected, expected / took)).toBeLessThan(2.2);
    }
  });

  it('grows with the models, most where each is a process, and doubles with a second protocol', () => {
    expect(secondsOf90More('flask')).toBeGreaterThan(0);
    expect(secondsOf90More('mms')).toBeGreaterThan(2 * secondsOf90More('flask'));
    expect(secondsOf90More('triton_onnx')).toBeCloseTo(2 * secondsOf90More('mms'));
    expect(expectedMany('mms', { counts: [1, 50] }).MiB).toBeGreaterThan(
      10 * expectedMany('flask', { counts: [1, 50] }).MiB,
    );
  });
});
