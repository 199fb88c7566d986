import { demandInTime, isLate, untilStart } from '../../../../lib/bench/load/start-time.ts';

describe('the start of a load', () => {
  it('is waited for, and not where the job names none', async () => {
    const startAtMs = Date.now() + 120;
    await untilStart({ startAtMs });
    const lateMs = Date.now() - startAtMs;
    const before = performance.now();
    await untilStart({});

    expect(lateMs).toBeGreaterThanOrEqual(-1);
    expect(lateMs).toBeLessThan(50);
    expect(performance.now() - before).toBeLessThan(50);
  });

  it('is waited for up to some time ahead of it', async () => {
    const startAtMs = Date.now() + 1000;
    await untilStart({ startAtMs }, 900);

    expect(startAtMs - Date.now()).toBeGreaterThan(800);
  });

  it('that is past is an error that is told from others', async () => {
    const error = await untilStart({ startAtMs: Date.now() - 1000 }).catch((e: Error) => e);

    expect((error as Error).message).toMatch(/^The load was to begin \d+ ms before it could/);
    expect(isLate((error as Error).message)).toBe(true);
    expect(isLate('the disk is full')).toBe(false);
    expect(() => demandInTime({ startAtMs: 1000 }, 1040)).not.toThrow();
    expect(() => demandInTime({ startAtMs: 1000 }, 1100)).toThrow('100 ms');
  });
});
