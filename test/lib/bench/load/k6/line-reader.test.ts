import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { K6Figures } from '../../../../../k6/figures.ts';
import { sampleLine, startLine, unsentLine } from '../../../../../k6/sample-lines.ts';
import {
  LineReader,
  outcomeOf,
  parseK6Line,
} from '../../../../../lib/bench/load/k6/line-reader.ts';
import { outcomeName } from '../../../../../lib/bench/load/outcome.ts';
import { Tally } from '../../../../../lib/bench/load/tally.ts';

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');

const WARMUP_SECONDS = 0.2;

/** A closed loop has two users. */
const tallyOf = (loop: 'closed' | 'open', endMs = 800): Tally =>
  new Tally({
    level:
      loop === 'closed'
        ? { loop, virtualUsers: 2 }
        : { loop, ratePerSecond: 40, arrivals: 'poisson' },
    warmupSeconds: WARMUP_SECONDS,
    durationSeconds: endMs / 1000 - WARMUP_SECONDS,
    timeoutMs: 150,
  });

const figuresOf = (tally: Tally) =>
  tally.resultOf(
    { generator: 'k6', startedAt: '' },
    { cpuMs: 0, cores: 1 },
    { p99Ms: 0, maxMs: 0 },
  );

const read = (name: string, tally: Tally, pieceLength = Infinity) => {
  const reader = new LineReader(tally);
  const text = recorded(`${name}.tsv`);
  for (let at = 0; at < text.length; at += pieceLength) {
    reader.accept(text.slice(at, at + pieceLength));
  }
  return { reader, figures: figuresOf(tally) };
};

const k6Summary = (name: string): K6Figures =>
  JSON.parse(recorded(`${name}.summary.json`)) as K6Figures;

describe('The reader of k6 lines', () => {
  it.each([
    ['closed', tallyOf('closed')],
    ['open', tallyOf('open')],
    ['failures', tallyOf('open')],
    ['refused', tallyOf('closed', 500)],
  ])('counts the recording "%s" like k6 itself', (name, tally) => {
    const { reader, figures } = read(name, tally);
    const summary = k6Summary(name);

    expect(reader.lines).toBe(summary.sampleLines);
    expect(figures).toMatchObject({
      succeeded: summary.succeeded,
      failed: summary.failed,
      unsent: summary.unsent,
      requestRatePerSecond: expect.closeTo(summary.requestRatePerSecond, 4),
    });
    // Lines round to microseconds, the histogram to 0.1 %.
    expect(Math.abs(figures.latency.meanMs - (summary.latencyMs['mean'] ?? 0))).toBeLessThan(0.05);
    expect(Math.abs(figures.latency.maxMs - (summary.latencyMs['max'] ?? 0))).toBeLessThan(0.05);
  });

  it('returns the figures of a closed loop', () => {
    const { figures, reader } = read('closed', tallyOf('closed'));

    expect(figures).toMatchObject({
      succeeded: 44,
      failed: 0,
      failures: {},
      unsent: 0,
      delayedShare: 0,
      bins: [{ second: 0, succeeded: expect.closeTo(43.86, 2) as unknown, failed: 0 }],
    });
    expect(figures.latency.p50Ms).toBeCloseTo(26.5, 0);
    expect(figures.phases['upstream']?.meanMs).toBeCloseTo(20.1);
    expect(reader.lag().p99Ms).toBeGreaterThan(0);
    expect(reader.lag().maxMs).toBeLessThan(10);
  });

  it('counts the planned requests of an open loop', () => {
    const { figures } = read('open', tallyOf('open'));

    expect(figures.offered).toBe(figures.succeeded);
    expect(figures.latency.minMs).toBeGreaterThan(25);
  });

  it('classifies failures', () => {
    const { figures } = read('failures', tallyOf('open'));

    expect(Object.keys(figures.failures).toSorted()).toEqual([
      'http-503',
      'reset',
      'timeout',
      'wrong-answer',
    ]);
    expect(figures.succeeded + figures.failed).toBe(figures.offered);
    expect(read('refused', tallyOf('closed', 500)).figures.failures).toEqual({ connect: 10 });
  });

  it('reads output in pieces of any length', () => {
    expect(read('closed', tallyOf('closed'), 7).figures).toEqual(
      read('closed', tallyOf('closed')).figures,
    );
  });

  it('reports when the load starts', async () => {
    await expect(read('closed', tallyOf('closed')).reader.started).resolves.toBe(
      1_796_100_891_258.7905,
    );
  });

  it('counts the unsent requests inside the window', () => {
    const tally = tallyOf('open');
    new LineReader(tally).accept('unsent\t100000\t0\nunsent\t250000\t0\n');

    expect(figuresOf(tally)).toMatchObject({ offered: 1, unsent: 1, succeeded: 0 });
  });
});

const sample = {
  user: 1,
  plannedMs: 10,
  sentMs: 10.25,
  doneMs: 35.5,
  image: 3,
  connected: true,
  status: 200,
  errorCode: 0,
  correct: true,
  notUnderstood: false,
  lagMs: 0.125,
  serverTiming: 'decode;dur=2.5, upstream;dur=20',
};

describe('A line of the load script', () => {
  it('has all facts of a request', () => {
    const line = sampleLine(sample);

    expect(parseK6Line(line)).toEqual({ kind: 'sample', ...sample });
  });

  it('says that the middleware could not read the answer of the serving', () => {
    const bad = { ...sample, status: 502, errorCode: 1502, correct: false, notUnderstood: true };
    const line = sampleLine(bad);

    expect(parseK6Line(line)).toEqual({ kind: 'sample', ...bad });
  });

  it('stays one line even if a header contains line breaks', () => {
    const line = sampleLine({ ...sample, serverTiming: 'a\nb\tc' });

    expect(parseK6Line(line)).toMatchObject({ serverTiming: 'a b c' });
  });

  it('reports the start of the load, or an unsent request', () => {
    expect(parseK6Line(startLine(1_795_611_015_383.9))).toEqual({
      kind: 'start',
      loadStartEpochMs: 1_795_611_015_383.9,
    });
    expect(parseK6Line(unsentLine(12.5, 2))).toEqual({ kind: 'unsent', plannedMs: 12.5, image: 2 });
  });

  it.each([
    'Request Failed',
    '',
    'sample\t1\t2',
    'unsent\tx\t1',
    `sample${'\t'.repeat(11)}`,
    'toString\t1\t2',
  ])('is refused if the script did not write it: %j', (line) => {
    expect(() => parseK6Line(line)).toThrow(JSON.stringify(line));
  });
});

describe('The outcome of a request that k6 sent', () => {
  it.each([
    // From https://grafana.com/docs/k6/latest/javascript-api/error-codes/
    ['succeeded', 'a correct answer', { status: 200, errorCode: 0, correct: true }],
    ['wrong-answer', 'another answer', { status: 200, errorCode: 0, correct: false }],
    [
      'not-understood',
      'an answer of the serving that the middleware cannot read',
      { status: 502, errorCode: 1502, correct: false, notUnderstood: true },
    ],
    ['http-302', 'a redirect', { status: 302, errorCode: 0, correct: false }],
    ['http-404', 'a 4xx', { status: 404, errorCode: 1404, correct: false }],
    ['http-503', 'a 5xx', { status: 503, errorCode: 1503, correct: false }],
    ['timeout', 'no answer in time', { status: 0, errorCode: 1050, correct: false }],
    ['reset', 'half an answer, or none of HTTP', { status: 0, errorCode: 1000, correct: false }],
    ['reset', 'a broken pipe', { status: 0, errorCode: 1201, correct: false }],
    ['reset', 'a reset', { status: 0, errorCode: 1220, correct: false }],
    ['reset', 'a 200 whose body broke', { status: 200, errorCode: 1220, correct: false }],
    ['reset', 'a body that cannot be decoded', { status: 200, errorCode: 1701, correct: false }],
  ])('is %s for %s on a connection', (name, _, end) => {
    expect(outcomeName(outcomeOf({ connected: true, notUnderstood: false, ...end }))).toBe(name);
  });

  it.each([
    ['a refused connection', 1212],
    ['a connection that was not made in time', 1050],
    ['a dial that took too long', 1211],
    ['a name that nobody knows', 1101],
    ['an unknown authority', 1310],
  ])('is connect for %s', (_, errorCode) => {
    const end = {
      connected: false,
      status: 0,
      errorCode,
      correct: false,
      notUnderstood: false,
    };

    expect(outcomeName(outcomeOf(end))).toBe('connect');
  });
});
