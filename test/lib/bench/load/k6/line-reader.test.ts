import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Summary } from '../../../../../k6/figures.ts';
import { LineReader } from '../../../../../lib/bench/load/k6/line-reader.ts';
import type { MeasuringWindow } from '../../../../../lib/bench/load/measuring-window.ts';
import { Tally } from '../../../../../lib/bench/load/tally.ts';

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');

const windowOf = (loop: 'closed' | 'open', endMs = 800): MeasuringWindow => ({
  loop,
  startMs: 200,
  endMs,
});

const read = (name: string, window: MeasuringWindow, pieceLength = Infinity) => {
  const tally = new Tally(window);
  const reader = new LineReader(window, tally);
  const text = recorded(`${name}.tsv`);
  for (let at = 0; at < text.length; at += pieceLength) {
    reader.accept(text.slice(at, at + pieceLength));
  }
  return { reader, figures: tally.summarise(150) };
};

const ownSummary = (name: string): Summary =>
  JSON.parse(recorded(`${name}.summary.json`)) as Summary;

describe('The reader of what k6 recorded', () => {
  it.each([
    ['closed', windowOf('closed')],
    ['open', windowOf('open')],
    ['failures', windowOf('open')],
    ['refused', windowOf('closed', 500)],
  ])('counts %s as k6 itself did', (name, window) => {
    const { reader, figures } = read(name, window);
    const own = ownSummary(name);

    expect(reader.lines).toBe(own.sampleLines);
    expect(figures).toMatchObject({
      succeeded: own.succeeded,
      failed: own.failed,
      unsent: own.unsent,
      requestRatePerSecond: expect.closeTo(own.requestRatePerSecond, 9),
    });
    // The histogram rounds to 0.1 %, and k6 draws lines between the ranks.
    expect(Math.abs(figures.latency.meanMs - (own.latencyMs['mean'] ?? 0))).toBeLessThan(0.05);
    expect(Math.abs(figures.latency.maxMs - (own.latencyMs['max'] ?? 0))).toBeLessThan(0.05);
  });

  it('gives the figures of a closed loop', () => {
    const { figures, reader } = read('closed', windowOf('closed'));

    expect(figures).toMatchObject({
      succeeded: 44,
      failed: 0,
      failures: {},
      unfinished: 2,
      unsent: 0,
      delayedShare: 0,
      bins: [{ second: 0, succeeded: 44, failed: 0 }],
    });
    expect(figures.latency.p50Ms).toBeCloseTo(26.5, 0);
    expect(figures.phases['upstream']?.meanMs).toBeCloseTo(20.1);
    expect(reader.lag().p99Ms).toBeGreaterThan(0);
    expect(reader.lag().maxMs).toBeLessThan(10);
  });

  it('gives an open loop its planned requests, answered or not', () => {
    const { figures } = read('open', windowOf('open'));

    expect(figures.offered).toBe(figures.succeeded);
    expect(figures.latency.minMs).toBeGreaterThan(25);
  });

  it('finds the failures in their classes', () => {
    const { figures } = read('failures', windowOf('open'));

    expect(Object.keys(figures.failures).toSorted()).toEqual([
      'http-503',
      'reset',
      'timeout',
      'wrong-answer',
    ]);
    expect(figures.succeeded + figures.failed).toBe(figures.offered);
    expect(read('refused', windowOf('closed', 500)).figures.failures).toEqual({ connect: 6 });
  });

  it('does not mind where a piece of the output ends', () => {
    expect(read('closed', windowOf('closed'), 7).figures).toEqual(
      read('closed', windowOf('closed')).figures,
    );
  });

  it('tells when the load begins', async () => {
    await expect(read('closed', windowOf('closed')).reader.started).resolves.toBe(
      1_795_611_015_383.9126,
    );
  });

  it('counts planned requests that were not sent, inside the window', () => {
    const tally = new Tally(windowOf('open'));
    new LineReader(windowOf('open'), tally).accept('unsent\t100000\t0\nunsent\t250000\t0\n');

    expect(tally.summarise(150)).toMatchObject({
      offered: 1,
      unsent: 1,
      succeeded: 0,
    });
  });
});
