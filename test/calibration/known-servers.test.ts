/*
 * What a run says of servers whose behaviour is known: real servers on loopback, measured by `serving-compare run` through the middleware.
 * Each behaviour has what must be said of it and what must not, which holds on a busy machine as well. `npm run test:known-servers` runs
 * this file alone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import type { SummaryRow } from '../../lib/bench/analysis/summary-row.ts';
import { decided } from '../../lib/bench/analysis/ranking.ts';
import type { Verdict } from '../../lib/bench/analysis/verdict-types.ts';
import { runBench } from '../support/bench-cli.ts';
import { listenHttp } from '../support/http-server.ts';
import { oneOperatorModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';

/** How long the answer to a request takes, in milliseconds. Requests are counted from 1. */
type Behaviour = (request: number) => number;

const constant =
  (ms: number): Behaviour =>
  () =>
    ms;

/** Answers one request after another, exactly so many a second. */
const atRate = (perSecond: number): Behaviour => {
  let freeAtMs = 0;
  return () => {
    const nowMs = performance.now();
    freeAtMs = Math.max(nowMs, freeAtMs) + 1000 / perSecond;
    return freeAtMs - nowMs;
  };
};

/** Starts a server of the model y = |x| that answers any number of requests at once. */
const listen = async (behaviour: Behaviour): Promise<string> => {
  let count = 0;
  const { url } = await listenHttp((_, response, body) => {
    count += 1;
    const { x } = JSON.parse(String(body)) as { x: readonly number[] };
    setTimeout(() => response.end(JSON.stringify({ y: x.map(Math.abs) })), behaviour(count));
  });
  return url;
};

/** Measures servers by name. */
const measure = async (behaviours: Readonly<Record<string, Behaviour>>, options: string) => {
  const folder = newFolder();
  writeFileSync(path.join(folder, 'model.onnx'), oneOperatorModel('Abs'));
  const servers = Object.fromEntries(
    await Promise.all(
      Object.entries(behaviours).map(async ([name, behaviour]) => {
        const url = `${await listen(behaviour)}/`;
        return [name, { url, body: '{"x": {{x}}}', outputs: { y: '/y' } }] as const;
      }),
    ),
  );
  const description = path.join(folder, 'model.yaml');
  const inputs = { from: 'random', count: 2, seed: 1 };
  writeFileSync(description, stringify({ model: { onnx: 'model.onnx' }, inputs, servers }));
  const run = path.join(folder, 'run');
  const { stdout } = await runBench(
    `run --model ${description} --output ${run} --noop-limits none --bypass 0 ${options}`,
  );
  const summary = JSON.parse(readFileSync(path.join(run, 'summary.json'), 'utf8')) as Summary;
  const verdictOf = (first: string, second: string): Verdict | undefined =>
    summary.headline?.verdicts.find(
      (verdict) => verdict.first.serving === first && verdict.second.serving === second,
    ) ??
    summary.headline?.verdicts.find(
      (verdict) => verdict.first.serving === second && verdict.second.serving === first,
    );
  return {
    /** Its answer in the terminal and in Markdown, each as one line. */
    answers: [stdout, readFileSync(path.join(run, 'report.md'), 'utf8')].map((text) =>
      text.replaceAll(/\s+/g, ' '),
    ),
    summary,
    rowOf: (serving: string): SummaryRow => {
      const row = summary.rows.find(({ target }) => target.serving === serving);
      if (row === undefined) throw new Error(`${serving} has no row`);
      return row;
    },
    verdictOf,
    /** The faster of two servers, if a verdict says so. */
    fasterOf: (first: string, second: string): string | undefined => {
      const verdict = verdictOf(first, second);
      return verdict && decided(verdict)?.[0].serving;
    },
  };
};

/** The ratio of the faster to the slower server, with the lower first. */
const ratioOf = (verdict: Verdict | undefined): readonly [number, number] => {
  const { low, high } = verdict?.ratio?.interval ?? { low: Number.NaN, high: Number.NaN };
  return low > 1 || high > 1 / low ? [low, high] : [1 / high, 1 / low];
};

describe('Servers that answer all users at once, after 395 and 410 ms', () => {
  it('are never said to differ by more than 4 %', async () => {
    const { rowOf, verdictOf, fasterOf } = await measure(
      { fast: constant(395), slow: constant(410) },
      '--levels 16 --repeats 4 --duration 2s --warmup 500ms',
    );
    const [low, high] = ratioOf(verdictOf('fast', 'slow'));

    expect(fasterOf('fast', 'slow')).not.toBe('slow');
    expect(low).toBeLessThan(410 / 395);
    // Later answers of a busy machine make rates lower, never higher.
    expect(rowOf('fast').requestRatePerSecond?.value).toBeLessThan(16_000 / 395);
    expect(rowOf('slow').requestRatePerSecond?.value).toBeLessThan(16_000 / 410);
    expect(high).toBeGreaterThan(1);
  });
});

describe('Servers of known speed', () => {
  let measured: Awaited<ReturnType<typeof measure>>;
  beforeAll(async () => {
    measured = await measure(
      {
        quick: constant(20),
        slower: constant(25),
        same: constant(40),
        'same-again': constant(40),
        hundred: atRate(100),
        // One in sixty answers is late.
        late: (request) => (request % 60 === 30 ? 520 : 20),
      },
      '--levels 4 --repeats 4 --duration 1500ms --warmup 200ms',
    );
  });

  it('are told apart if one takes 20 ms and the other 25 ms', () => {
    const [low, high] = ratioOf(measured.verdictOf('quick', 'slower'));

    // Four repeats may be too few beside other programs.
    const isBusy = measured.summary.machine?.isBusy === true;
    expect(['quick', ...(isBusy ? [undefined] : [])]).toContain(
      measured.fasterOf('quick', 'slower'),
    );
    expect(low).toBeLessThan(25 / 20);
    expect(high).toBeGreaterThan(1.1);
  });

  it('are not told apart if they are identical', () => {
    expect(measured.fasterOf('same', 'same-again')).toBeUndefined();
  });

  it('are never faster than they can be', () => {
    expect(measured.rowOf('hundred').requestRatePerSecond?.value).toBeLessThan(101);
    expect(measured.rowOf('same').requestRatePerSecond?.value).toBeLessThan(100);
    expect(measured.rowOf('quick').p50Ms?.value).toBeGreaterThan(19.9);
  });

  it('show the late answers of one that is late once in sixty requests, in p99 and not in the median', () => {
    const { p50Ms, p99Ms } = measured.rowOf('late');

    expect(p50Ms?.value).toBeLessThan(500);
    expect(p99Ms?.value).toBeGreaterThan(500);
  });
});

describe('Servers that change during a run', () => {
  it('are named with how they changed, and support no verdict', async () => {
    let startedMs: number | undefined;
    const { answers, rowOf, summary } = await measure(
      {
        slowing: () => {
          startedMs ??= performance.now();
          return 60 + (10 * (performance.now() - startedMs)) / 1000;
        },
        // Longer than its first window.
        starting: (request) => (request <= 30 ? 300 : 80),
        steady: constant(80),
      },
      '--levels 4 --repeats 6 --duration 1s --warmup 200ms --seed 2',
    );
    const driftOf = (serving: string) =>
      rowOf(serving).checks?.find(({ check }) => check === 'drift')?.state;

    expect({ slowing: driftOf('slowing'), starting: driftOf('starting') }).toEqual({
      slowing: 'failed',
      starting: 'failed',
    });
    for (const answer of answers) {
      expect(answer).toMatch(/slowing.*: Became slower from repeat to repeat/);
      expect(answer).toMatch(/starting.*: Repeat 1 differs from the others/);
      expect(answer).not.toMatch(/would (probably|hardly) decide/);
    }
    expect(new Set(summary.headline?.verdicts.map(({ judgement }) => judgement.kind))).toEqual(
      new Set(['withheld']),
    );
  });

  it('are named if they change once, or are slow for more than their first window', async () => {
    const { rowOf, fasterOf } = await measure(
      {
        stepping: (request) => (request <= 220 ? 60 : 95),
        // About two windows and a half.
        starting: (request) => (request <= 80 ? 150 : 60),
        steady: constant(80),
        'steady-too': constant(80),
      },
      '--levels 4 --repeats 6 --duration 1s --warmup 200ms --seed 2',
    );
    const driftOf = (serving: string): string | undefined =>
      rowOf(serving).checks?.find((result) => result.check === 'drift')?.reason;

    expect(['slower', 'step-up', 'restless']).toContain(driftOf('stepping'));
    expect(['faster', 'step-down', 'slow-start', 'restless']).toContain(driftOf('starting'));
    expect(fasterOf('steady', 'steady-too')).toBeUndefined();
  });
});
