// Known running servers, measured through the real middleware and load generator: what a run says of wrong answers, of answers that
// cannot be understood, and of none.
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { stringify } from 'yaml';
import { summarise } from '../../lib/bench/analysis/summarise.ts';
import type { Summary } from '../../lib/bench/analysis/summary.ts';
import type { LoadResult } from '../../lib/bench/model/load-result.ts';
import type { AnswerCheck } from '../../lib/bench/model/record.ts';
import { trustMarks } from '../../lib/bench/report/sections/head.ts';
import { readRunFolder } from '../../lib/bench/results/run-folder.ts';
import { callBench } from '../support/bench-cli.ts';
import { listenHttp } from '../support/http-server.ts';
import { nonZeroModel, oneOperatorModel } from '../support/onnx-models.ts';
import { newFolder } from '../support/temporary-folder.ts';

type Pair = readonly [number, number];

/** What a server may do instead of answering y = |x|. */
const FAULTS = {
  finite: (response: ServerResponse, [, second]: Pair) =>
    response.end(JSON.stringify({ y: [1000, second] })),
  nan: (response: ServerResponse) => response.end('{"y":[NaN,1]}'),
  shape: (response: ServerResponse, y: Pair) => response.end(JSON.stringify({ y: [y, y] })),
  missing: (response: ServerResponse) => response.end('{"z":[1,2]}'),
  failing: (response: ServerResponse) => response.writeHead(500).end('out of memory'),
  closing: (response: ServerResponse) => response.destroy(),
} as const;
type Fault = keyof typeof FAULTS;

/** The requests with which a server is detected and checked: one, one, and one for each input. */
const BEFORE_LOAD = 4;

const sometimes = (count: number): boolean => count > BEFORE_LOAD + 2 && count % 3 === 0;
const onceInWarmUp = (count: number): boolean => count === BEFORE_LOAD + 3;
const firstUnderLoad = (count: number): boolean => count === BEFORE_LOAD + 1;
const afterDetection = (count: number): boolean => count > 1;

/** Starts a server of the model that has a fault in some of its answers, counted from 1. */
const listenWith = async (
  fault: Fault | undefined,
  isFaulty: (count: number) => boolean,
  takesMs = 20,
): Promise<string> => {
  let count = 0;
  const { url } = await listenHttp((_, response, body) => {
    const { x } = JSON.parse(String(body)) as { x: Pair };
    const y = x.map(Math.abs) as unknown as Pair;
    count += 1;
    if (fault !== undefined && isFaulty(count)) FAULTS[fault](response, y);
    else setTimeout(() => response.end(JSON.stringify({ y })), takesMs);
  });
  return url;
};

/** The servers with wrong answers under load, by fault. */
const wrongIn = ({ validity }: Summary): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    (validity?.reasons ?? []).flatMap((reason) =>
      reason.code === 'wrong-under-load'
        ? [[reason.fault, reason.targets.map(({ target }) => target.serving).toSorted()]]
        : [],
    ),
  );

/** Measures servers by name, and returns what the run found. */
const measureServers = async (
  urls: Readonly<Record<string, string>>,
  options = '--duration 1s --warmup 200ms',
) => {
  const folder = newFolder();
  const description = path.join(folder, 'model.yaml');
  writeFileSync(path.join(folder, 'model.onnx'), oneOperatorModel('Abs'));
  const servers = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [
      name,
      { url: `${url}/`, body: '{"x": {{x}}}', outputs: { y: '/y' } },
    ]),
  );
  const inputs = { from: 'random', count: 2, seed: 1 };
  writeFileSync(description, stringify({ model: { onnx: 'model.onnx' }, inputs, servers }));
  const output = path.join(folder, 'run');
  const { exitCode, stderr, stdout } = await callBench(
    `run --model ${description} --output ${output} --repeats 1 --levels 2 --noop-limits none --bypass 0 ${options}`,
  );
  const data = await readRunFolder(output);
  const summary = summarise(data);
  const records = Object.fromEntries(
    data.records.flatMap((record) =>
      // The first window; only it has a warm-up.
      record.kind === 'measurement' && record.measurement.block === 1
        ? [[record.measurement.target.serving, record]]
        : [],
    ),
  );
  const checks: Readonly<Record<string, AnswerCheck>> = Object.fromEntries(
    data.records.flatMap((record) =>
      record.kind === 'answer-check' ? [[record.target.serving, record]] : [],
    ),
  );
  const loadOf = (serving: string): LoadResult | undefined => {
    const record = records[serving];
    return record?.state === 'completed' ? record.load : undefined;
  };
  return {
    exitCode,
    stderr,
    stdout,
    summary,
    records,
    checks,
    loadOf,
    marks: trustMarks(summary.trust),
  };
};

describe('A run', () => {
  it('is invalid if a server gives wrong answers under load, or answers that cannot be understood, and tells the two apart', async () => {
    const kinds = ['finite', 'nan', 'shape', 'missing'] as const;
    const urls = await Promise.all(kinds.map((kind) => listenWith(kind, sometimes)));
    const { exitCode, summary, loadOf, marks } = await measureServers({
      right: await listenWith(undefined, sometimes),
      ...Object.fromEntries(kinds.map((kind, at) => [kind, urls[at] ?? ''])),
    });

    expect(exitCode).toBe(1);
    expect(loadOf('right')?.failures).toEqual({});
    expect(loadOf('finite')?.failures).toEqual({ 'wrong-answer': expect.any(Number) as number });
    for (const kind of ['nan', 'shape', 'missing']) {
      expect(loadOf(kind)?.failures).toEqual({ 'not-understood': expect.any(Number) as number });
    }
    // A busy machine may have further reasons.
    expect(wrongIn(summary)).toEqual({
      'wrong-answer': ['finite'],
      'not-understood': ['missing', 'nan', 'shape'],
    });
    expect(marks).toContainEqual({
      kind: 'failed',
      text: 'wrong answers from 1, answers not understood from 3 of 5 targets',
    });
    expect(summary.headline?.verdicts.map(({ judgement }) => judgement.kind)).toEqual(
      Array.from({ length: 10 }, () => 'withheld'),
    );
  });

  it('is invalid if the only wrong answers come in the warm-up, and warns before it measures a server that takes longer for a request than the window lasts', async () => {
    const [finite, nan, slow] = await Promise.all([
      listenWith('finite', onceInWarmUp),
      listenWith('nan', onceInWarmUp),
      listenWith(undefined, onceInWarmUp, 3000),
    ]);
    const options = '--duration 300ms --warmup 3s';
    const { stderr, summary, loadOf, checks, marks } = await measureServers(
      { finite, nan, slow },
      options,
    );
    const warnings = stderr.replaceAll(/\s+/g, ' ').match(/warning: [^:]+: measure with \S+ \S+/g);

    expect(loadOf('finite')).toMatchObject({ failures: {}, failed: 0, wrongAnswers: 1 });
    expect(loadOf('nan')).toMatchObject({ failures: {}, failed: 0, notUnderstood: 1 });
    expect(wrongIn(summary)).toEqual({ 'wrong-answer': ['finite'], 'not-understood': ['nan'] });
    expect(marks).toContainEqual({
      kind: 'failed',
      text: 'wrong answers from 1, answers not understood from 1 of 3 targets',
    });
    expect(checks['slow']?.fastestMs).toBeGreaterThan(2990);
    expect(warnings).toEqual([
      expect.stringMatching(/^warning: slow .*\d\.\d+ s .* 0\.3 s: .* --duration \d+s/),
    ]);
  });

  it('is invalid if the only wrong answers come in the pilot', async () => {
    const [finite, nan] = await Promise.all([
      listenWith('finite', firstUnderLoad),
      listenWith('nan', firstUnderLoad),
    ]);
    const { exitCode, summary, loadOf } = await measureServers(
      { finite, nan, right: await listenWith(undefined, firstUnderLoad) },
      '--warmup 0',
    );

    expect(exitCode).toBe(1);
    expect(loadOf('finite')?.wrongAnswers).toBeUndefined();
    expect(loadOf('nan')?.notUnderstood).toBeUndefined();
    expect(wrongIn(summary)).toEqual({ 'wrong-answer': ['finite'], 'not-understood': ['nan'] });
  });

  it('says before the load whether a server gives wrong answers, answers that cannot be understood, or none', async () => {
    const kinds = ['finite', 'nan', 'shape', 'missing', 'failing', 'closing'] as const;
    const urls = await Promise.all(kinds.map((kind) => listenWith(kind, afterDetection)));
    const { exitCode, stderr, summary, records, checks, marks } = await measureServers(
      Object.fromEntries(kinds.map((kind, at) => [kind, urls[at] ?? ''])),
    );
    const faults = {
      finite: ['wrong-answer', 'BENCH_WRONG_ANSWER', 'gives wrong answers'],
      nan: ['not-understood', 'BENCH_NOT_UNDERSTOOD', 'gives answers that are not understood'],
      shape: ['not-understood', 'BENCH_NOT_UNDERSTOOD', 'gives answers that are not understood'],
      missing: ['not-understood', 'BENCH_NOT_UNDERSTOOD', 'gives answers that are not understood'],
      failing: ['no-answer', 'BENCH_NO_ANSWER', 'gives no answer'],
      closing: ['no-answer', 'BENCH_NO_ANSWER', 'gives no answer'],
    } as const;

    expect(exitCode).toBe(1);
    for (const [kind, [fault, code, words]] of Object.entries(faults)) {
      expect([kind, checks[kind]?.state, checks[kind]?.fault]).toEqual([kind, 'failed', fault]);
      expect(records[kind]).toMatchObject({ state: 'failed', code });
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`${kind} ${words} `);
    }
    // Each target is named once, and no measurement beside it.
    const reasons = summary.validity?.reasons ?? [];
    expect(
      reasons.flatMap((reason) => (reason.code === 'answer-check' ? reason.target.serving : [])),
    ).toEqual(kinds);
    expect(marks).toEqual([
      {
        kind: 'failed',
        text: 'wrong answers from 1, answers not understood from 3, no answer from 2 of 6 targets',
      },
    ]);
  });

  it('accepts an empty list in JSON for a tensor without rows', async () => {
    const folder = newFolder();
    const description = path.join(folder, 'model.yaml');
    writeFileSync(path.join(folder, 'model.onnx'), nonZeroModel());
    writeFileSync(description, 'model: { onnx: model.onnx }\ninputs: { from: zero }\n');
    const output = path.join(folder, 'run');
    await callBench(
      `run --model ${description} --output ${output} --servings tfserving --protocols rest
      --repeats 1 --levels 1 --duration 300ms --warmup 0 --noop-limits none --bypass 0`,
    );

    expect(summarise(await readRunFolder(output)).answerChecks).toMatchObject([
      { state: 'passed', correct: 1 },
    ]);
  });
});
