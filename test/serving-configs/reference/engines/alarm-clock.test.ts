import { createAlarmClock } from '../../../../serving-configs/reference/engines/alarm-clock.ts';

describe('the alarm clock', () => {
  it('rings in the order of the times, and never early', async () => {
    const clock = createAlarmClock();
    const start = performance.now();
    const due = [30, 5, 12.5, 5.2, 0, 21.7, -3, 12.4].map((ms) => start + ms);
    const rung: { dueMs: number; atMs: number }[] = [];
    await Promise.all(
      due.map(
        (dueMs) =>
          new Promise<void>((resolve) => {
            clock.at(dueMs, () => {
              rung.push({ dueMs, atMs: performance.now() });
              resolve();
            });
          }),
      ),
    );
    const lateness = rung.map(({ dueMs, atMs }) => atMs - Math.max(dueMs, start));
    lateness.sort((one, other) => one - other);

    expect(rung.map(({ dueMs }) => dueMs)).toEqual(due.toSorted((one, other) => one - other));
    expect(lateness[0]).toBeGreaterThanOrEqual(0);
  });

  it('takes an alarm while another rings', async () => {
    const clock = createAlarmClock();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.at(0, () => {
        order.push('first');
        clock.at(0, () => {
          order.push('second');
          resolve();
        });
      });
    });

    expect(order).toEqual(['first', 'second']);
  });
});
