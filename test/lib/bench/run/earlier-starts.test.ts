import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Summary } from '../../../../lib/bench/analysis/summary.ts';
import type { MeasurementRecord, ResultRecord } from '../../../../lib/bench/model/record.ts';
import { eachRecord } from '../../../../lib/bench/results/results-file.ts';
import { callBench, refusalOf } from '../../../support/bench-cli.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

jest.setTimeout(600_000);

/** A server that answers correctly, one request after the other, each after so many milliseconds, if it is given these credentials. */
const listenSlowly = (delayMs: number, credentials?: string) => {
  let before = Promise.resolve();
  const authorization = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  return listenHttp(({ headers }, response, body) => {
    if (authorization !== undefined && headers.authorization !== authorization) {
      response.writeHead(401).end('who are you?');
      return;
    }
    const { ids, weights } = JSON.parse(String(body)) as { ids: number[]; weights: number[] };
    const sum = ids.map((id, at) => id + (weights[at] ?? 0));
    const answer = JSON.stringify({ sum, twice: ids.map((id) => 2 * id) });
    before = before.then(
      () =>
        new Promise((resolve) => {
          setTimeout(() => {
            response.end(answer);
            resolve();
          }, delayMs);
        }),
    );
  });
};

const recordsIn = async (folder: string): Promise<readonly ResultRecord[]> => {
  const records: ResultRecord[] = [];
  await eachRecord(join(folder, 'results.jsonl'), (record) => records.push(record));
  return records;
};

const servingOf = ({ measurement }: MeasurementRecord): string => measurement.target.serving;

const summaryIn = ({ stdout }: { readonly stdout: string }): Summary =>
  (JSON.parse(stdout) as { readonly summary: Summary }).summary;

const contract = {
  body: '{"ids": {{ids[0]}}, "weights": {{weights[0]}}}',
  outputs: { sum: '/sum', twice: '/twice' },
};

/** Writes a model and its description with servers that have these addresses. Returns the path of the description. */
const describedServers = (folder: string, urls: Readonly<Record<string, string>>): string => {
  const [onnx, model] = [join(folder, 'model.onnx'), join(folder, 'model.yaml')];
  const servers = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [name, { url, ...contract }]),
  );
  writeFileSync(onnx, twoByTwoModel());
  writeFileSync(
    model,
    stringify({
      model: { onnx, sizes: { ids: [1, 3], weights: [1, 3] } },
      inputs: { from: 'random', count: 2 },
      servers,
    }),
  );
  return model;
};

describe('A run that was decided although measurements failed', () => {
  const folder = newFolder();
  const run = join(folder, 'run');
  let withSecrets: string;
  let withPlaceholder: string;

  beforeAll(async () => {
    const [fast, slow] = await Promise.all([listenSlowly(20), listenSlowly(80, 'me:p@ss')]);
    const slowUrl = `${slow.url}/predict`;
    withSecrets = `--target slow=${slowUrl.replace('//', '//me:p%40ss@')}`;
    withPlaceholder = `--target slow=${slowUrl.replace('//', '//USER:PASSWORD@')}`;
    const model = describedServers(folder, { fast: `${fast.url}/predict`, slow: slowUrl });
    await callBench(
      `run --model ${model} ${withSecrets} --levels 1 --duration 0.5s --warmup 0
      --noop-limits none --processes 1 --output ${run}`,
    );
    // As if one server had failed in every repeat.
    const records = (await recordsIn(run)).map((record): ResultRecord => {
      if (record.kind !== 'measurement' || servingOf(record) !== 'slow') {
        return record;
      }
      const { kind, measurement, planHash, startedAt, finishedAt } = record;
      const code = 'BENCH_SERVING_DIED';
      const failed = { state: 'failed', code, message: 'it died' } as const;
      return { kind, measurement, planHash, startedAt, finishedAt, ...failed };
    });
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    writeFileSync(join(run, 'results.jsonl'), lines.join(''));
  });

  it('is resumed with the credentials that it began with, which its commands show as a placeholder', async () => {
    const { stdout } = await callBench(`report ${run} --json`);
    const command = `npx serving-compare run --resume ${run} ${withPlaceholder}`;
    const before = await recordsIn(run);

    expect(summaryIn({ stdout }).nextSteps).toEqual([{ code: 'repeat-failed', command }]);
    for (const again of ['', withPlaceholder, withPlaceholder.replace('USER:PASSWORD@', '')]) {
      expect(await refusalOf(`run --resume ${run} ${again}`)).toMatchObject({
        exitCode: 2,
        code: 'BENCH_SERVER_CREDENTIALS',
        message: expect.stringContaining('slow') as string,
        hint: expect.stringContaining(withPlaceholder.replace('--target slow=', '')) as string,
      });
    }
    expect(await recordsIn(run)).toEqual(before);
    expect(readFileSync(join(run, 'plan.json'), 'utf8')).not.toMatch(/p@ss|p%40ss|bWU6/);
  });

  it('repeats what failed when it is resumed, and judges again', async () => {
    const before = await recordsIn(run);
    const failed = before.flatMap((record) =>
      record.kind === 'measurement' && record.state === 'failed' ? [record.measurement.id] : [],
    );
    const summary = summaryIn(await callBench(`run --resume ${run} ${withSecrets} --json`));
    const added = (await recordsIn(run)).slice(before.length);
    const measured = added.flatMap((record) =>
      record.kind === 'measurement' ? [record.measurement.id] : [],
    );

    expect(failed.length).toBeGreaterThanOrEqual(8);
    const [resumed] = added;
    const pausedSeconds = resumed?.kind === 'resumed' ? resumed.pausedSeconds : 0;
    const { endedAt = '', plan } = summary;
    const wholeSeconds = (Date.parse(endedAt) - Date.parse(plan.createdAt)) / 1000;

    expect(before.at(-1)).toMatchObject({ kind: 'stopped', why: 'decided' });
    expect(pausedSeconds).toBeGreaterThan(0);
    expect(summary.tookSeconds).toBeCloseTo(wholeSeconds - pausedSeconds);
    expect(measured.slice(0, failed.length)).toEqual(failed);
    expect(added.at(-1)).toMatchObject({ kind: 'stopped' });
    expect(summary.stopped?.repeats).toBeGreaterThanOrEqual(failed.length / 2);
    expect(summary.measurements).toMatchObject({ failed: 0, missing: 0 });
    expect(summary.nextSteps.map(({ code }) => code)).not.toContain('repeat-failed');
  });
});

describe('A run that was resumed with a wrong password', () => {
  it('has no failed answer check once it is resumed with the right one', async () => {
    const folder = newFolder();
    const [fast, slow] = await Promise.all([listenSlowly(5), listenSlowly(20, 'me:right')]);
    const run = join(folder, 'run');
    const slowUrl = `${slow.url}/predict`;
    const targetWith = (secrets: string): string =>
      `--target slow=${slowUrl.replace('//', `//${secrets}@`)}`;
    const model = describedServers(folder, { fast: `${fast.url}/predict`, slow: slowUrl });
    await callBench(
      `run --model ${model} ${targetWith('me:right')} --levels 1 --duration 0.3s --warmup 0
      --repeats 3 --noop-limits none --processes 1 --output ${run}`,
    );
    // As if it had been interrupted before its last measurements.
    const results = join(run, 'results.jsonl');
    const lines = readFileSync(results, 'utf8').trimEnd().split('\n');
    const until = lines.findIndex(
      (line, at) => line.startsWith('{"kind":"measurement"') && at > lines.length / 2,
    );
    writeFileSync(results, `${lines.slice(0, until).join('\n')}\n`);
    const resume = `run --resume ${run} --json`;
    const wrong = summaryIn(await callBench(`${resume} ${targetWith('me:wrong')}`));
    const right = summaryIn(await callBench(`${resume} ${targetWith('me:right')}`));

    expect(wrong.validity).toMatchObject({
      valid: false,
      reasons: [{ code: 'answer-check', fault: 'no-answer' }],
    });
    expect(wrong.nextSteps).toEqual([
      {
        code: 'repeat-failed',
        command: `npx serving-compare run --resume ${run} ${targetWith('USER:PASSWORD')}`,
      },
    ]);
    expect(right.measurements).toMatchObject({ failed: 0, missing: 0 });
    expect(right.validity?.reasons ?? []).not.toContainEqual(
      expect.objectContaining({ code: 'answer-check' }),
    );
  });
});
