import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import type { Plan } from '../../../../lib/bench/model/plan.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { statementOf } from '../../../../lib/bench/wording/statement.ts';
import { isTested } from '../../../../lib/bench/stability/summary.ts';
import type { GivenModelFile } from '../../../../serving-configs/models/model.ts';
import { startReference, type StartedServing } from '../../../conformance/started-serving.ts';
import { bareMachine } from '../../../support/bare-machine.ts';
import { callBench, refusalOf, unwrapped } from '../../../support/bench-cli.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { pythonStandIn } from '../../../support/python-stand-in.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { tensor, writeTensorModel } from '../../../support/user-model.ts';

type Rows = readonly (readonly number[])[];

/** The outputs of the model. */
const computed = (ids: Rows, weights: Rows) => ({
  sum: ids.map((row, at) => row.map((id, column) => id + (weights[at]?.[column] ?? 0))),
  twice: ids.map((row) => row.map((id) => 2 * id)),
});

/** A server with TensorFlow Serving's REST API, in columns. */
const listenColumns = () =>
  listenHttp(({ method, url }, response, body) => {
    if (method === 'GET' && url === '/v1/models/there') {
      response.end('{ "model_version_status": [{ "version": "1", "state": "AVAILABLE" }] }');
    } else if (method === 'POST' && url === '/v1/models/there:predict') {
      const { inputs } = JSON.parse(String(body)) as { inputs: { ids: Rows; weights: Rows } };
      response.end(JSON.stringify({ outputs: computed(inputs.ids, inputs.weights) }));
    } else {
      response.writeHead(404).end('{ "error": "Malformed request" }');
    }
  });

/** A server with its own JSON for one input at a time, and with basic authentication. At /wrong it computes a wrong answer. */
const listenPlain = () =>
  listenHttp(({ url, headers }, response, body) => {
    if (headers.authorization !== `Basic ${Buffer.from('me:secret').toString('base64')}`) {
      response.writeHead(401).end('who are you?');
      return;
    }
    const text = String(body);
    if (!text.endsWith('}}')) {
      response.writeHead(400).end('this JSON is cut off');
      return;
    }
    const { one } = JSON.parse(text) as { one: { ids: number[]; weights: number[] } };
    const { sum, twice } = computed([one.ids], [one.weights]);
    const answer = { sum: url === '/wrong' ? twice[0] : sum[0], twice };
    response.end(JSON.stringify({ predictions: [{ ...answer, took: 1 }] }));
  });

let folder: string;
let openInference: StartedServing;
let application: StartedServing;
let columns: Awaited<ReturnType<typeof listenHttp>>;
let plain: typeof columns;

const plainContract = {
  body: '{"one": {"ids": {{ids[0]}}, "weights": {{weights[0]}}}}',
  outputs: { sum: '/predictions/0/sum', twice: '/predictions/0/twice' },
};

const describeServers = (servers: object): string => {
  const file = path.join(newFolder(), 'net.yaml');
  const sizes = { ids: [1, 3], weights: [1, 3] };
  const onnx = path.join(folder, 'model.onnx');
  writeFileSync(file, stringify({ model: { name: 'net', onnx, sizes }, servers }));
  return file;
};

beforeAll(async () => {
  folder = newFolder();
  const request = [
    tensor('ids', 'INT64', [1, 3], [1, 2, 3]),
    tensor('weights', 'FP32', [1, 3], [0.5, 1.5, 2.5]),
  ];
  const { file, model } = await writeTensorModel(folder, twoByTwoModel(), [request]);
  writeFileSync(file, JSON.stringify({ ...model, name: 'net' } satisfies GivenModelFile));
  const args = ['--engine', 'onnx', '--model', file];
  [openInference, application, columns, plain] = await Promise.all([
    startReference('triton_onnx', ...args),
    startReference('flask', ...args),
    listenColumns(),
    listenPlain(),
  ]);
});

afterAll(async () => {
  await Promise.all([openInference.stop(), application.stop()]);
});

const recordsIn = (output: string): readonly ResultRecord[] =>
  readFileSync(path.join(output, 'results.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultRecord);

const readPlanIn = (output: string): Plan =>
  JSON.parse(readFileSync(path.join(output, 'plan.json'), 'utf8')) as Plan;

describe('Running servers', () => {
  it('are measured in the protocol that they speak, with no-op limits and bypass runs, if their answers are correct', async () => {
    const output = path.join(newFolder(), 'run');
    const withSecret = plain.url.replace('//', '//me:secret@');
    const model = describeServers({
      own: { url: `${withSecret}/right`, ...plainContract },
      wrong: { url: `${withSecret}/wrong`, ...plainContract },
      columns: { url: columns.url, model: 'there' },
    });
    const { exitCode, stdout, stderr } = await callBench(
      `run --model ${model} --output ${output} --seed 1
      --repeats 1 --levels 1 --duration 200ms --warmup 0 --scenarios warm,cold --bypass 200ms
      --target rest=${openInference.urls.rest}
      --target calls=${openInference.urls.grpc?.replace('http:', 'grpc:')}
      --target app=${application.urls.rest}/predict`,
    );
    const records = recordsIn(output);
    const ofKind = <Kind extends ResultRecord['kind']>(kind: Kind) =>
      records.filter(
        (record): record is Extract<ResultRecord, { kind: Kind }> => record.kind === kind,
      );
    const measured = ofKind('measurement').map((record) => {
      const { engine, scenario, target } = record.measurement;
      const load = record.state === 'completed' ? record.load : undefined;
      const bypass = record.state === 'completed' ? record.bypass?.state : record.code;
      const { serving, encoding } = target;
      return [serving, encoding, engine, scenario, load?.failed === 0, bypass].join();
    });

    expect(exitCode).toBe(1);
    // On a busy machine, a no-op limit may be exceeded, which is then measured again.
    expect([...new Set(measured)].toSorted((one, other) => one.localeCompare(other))).toEqual(
      [
        'app,binary,onnx,warm,true,completed',
        'calls,raw,onnx,warm,true,completed',
        'columns,json,onnx,warm,true,completed',
        'own,json,onnx,warm,true,completed',
        'rest,binary,onnx,warm,true,completed',
        'wrong,json,onnx,warm,false,BENCH_WRONG_ANSWER',
        'app,binary,noop,warm,true,',
        'calls,raw,noop,warm,true,',
        'columns,json,noop,warm,true,',
        'own,json,noop,warm,true,',
        'rest,binary,noop,warm,true,',
        'wrong,json,noop,warm,true,',
      ].toSorted((one, other) => one.localeCompare(other)),
    );
    expect(ofKind('calibration')).toMatchObject([{ state: 'completed' }]);
    expect(
      ofKind('measurement').flatMap((record) =>
        record.state === 'completed' && record.measurement.engine === 'onnx'
          ? [record.start, record.servingUse]
          : [],
      ),
    ).toEqual(Array.from({ length: 10 }));

    const plan = readPlanIn(output);
    expect(plan.runtime).toBe('running');
    expect(plan.servers?.map(({ name, speaks }) => [name, speaks])).toEqual([
      ['own', 'json'],
      ['wrong', 'json'],
      ['columns', 'json'],
      ['rest', 'open-inference'],
      ['calls', 'open-inference'],
      ['app', 'application'],
    ]);
    expect(plan.leftOut?.map(({ serving }) => serving)).toContain('own');
    expect(JSON.stringify([plan, records, stdout, stderr])).not.toMatch(/secret|bWU6/);
    expect(unwrapped(stdout)).toContain(statementOf(plan));
    for (const { name } of plan.servers ?? []) expect(stderr.split(' ')).toContain(name);

    expect(unwrapped((await callBench(`report ${output}`)).stdout)).toContain(statementOf(plan));
    expect(
      await refusalOf(`run --resume ${output} --target rest=${application.urls.rest}`),
    ).toMatchObject({ code: 'BENCH_OTHER_SERVER' });
    await callBench(`run --resume ${output}`);
    // The failed measurement is tried again, with the credentials of the description. A no-op limit may be, too.
    expect(recordsIn(output).slice(records.length, records.length + 3)).toMatchObject([
      { kind: 'resumed' },
      { kind: 'answer-check', target: { serving: 'wrong' }, state: 'failed' },
      { kind: 'measurement', code: 'BENCH_WRONG_ANSWER' },
    ]);
  });

  it('are measured together with real servers of this project, but not with simulated ones', async () => {
    const output = path.join(newFolder(), 'run');
    const run = `run --model ${describeServers({})} --servings flask --target mine=${openInference.urls.rest}`;
    const { stdout } = await callBench(
      `${run} --runtime venv --output ${output}
      --repeats 1 --levels 1 --duration 200ms --warmup 0 --noop-limits none --bypass 0`,
      await pythonStandIn(newFolder(), 'python'),
    );

    const plan = readPlanIn(output);
    expect(plan).toMatchObject({
      runtime: 'venv',
      served: { flask: { real: true } },
      servers: [{ name: 'mine' }],
    });
    expect(unwrapped(stdout)).toContain(statementOf(plan));
    expect(
      recordsIn(output).flatMap((record) => (record.kind === 'answer-check' ? [record.state] : [])),
    ).toEqual(['passed', 'passed']);
    const csv = readFileSync(path.join(output, 'summary.csv'), 'utf8');
    expect(csv.match(/^mine,[^,]+/gm)).toEqual(['mine,running server']);
    expect(await refusalOf(run)).toMatchObject({
      code: 'BENCH_USAGE',
      hint: expect.stringContaining('--runtime') as string,
    });
  });

  it('are not promised verdicts on CPU time, which is not known of them', async () => {
    const model = `--model ${describeServers({})}`;
    const simulated = await callBench(`plan ${model}`);
    const running = await callBench(`plan ${model} --target mine=${openInference.urls.rest}`);

    expect(unwrapped(simulated.stdout)).toContain('where CPU time per request or bypass runs (');
    expect(unwrapped(running.stdout)).toContain('where bypass runs (');
    expect(running.stdout).not.toContain('CPU time');
  });

  it('are tested for stability only with requests, not by killing their processes', async () => {
    const output = path.join(newFolder(), 'run');
    const url = `${plain.url.replace('//', '//me:secret@')}/right`;
    const model = describeServers({ own: { url, ...plainContract } });
    await callBench(
      `run --model ${model} --target rest=${openInference.urls.rest} --output ${output}
      --profile stability --faults malformed-json,half-body,kill-worker,pause-worker
      --seed 1 --repeats 1 --levels 2 --duration 300ms --warmup 0`,
    );
    const { targets = [] } = summarise(await readRunFolder(output)).stability ?? {};
    const answers = targets.map(({ target, results }) => [
      target.serving,
      ...results.map((result) =>
        isTested(result) ? result.answers.map(({ answer }) => answer).join() : result.leftOut,
      ),
    ]);
    const untouched = 'running-server';

    expect(answers).toHaveLength(2);
    expect(answers).toEqual(
      expect.arrayContaining([
        ['own', '', '400', 'none', untouched, untouched],
        ['rest', '', '400', 'none', untouched, untouched],
      ]),
    );
    expect((await fetch(`${openInference.urls.rest}/v2/health/ready`)).status).toBe(200);
    expect(readFileSync(path.join(output, 'results.jsonl'), 'utf8')).not.toContain('secret');
  });

  it.each([
    ['without a user’s model', '', '--target'],
    ['with a backend that computes nothing', '--engine noop', '--engine'],
    ['in a protocol that is not in their address', '--protocols grpc', '--protocols'],
    ['for cold starts alone', '--scenarios cold', 'cold'],
  ])('are not measured %s', async (_, options, what) => {
    const model = options === '' ? '' : `--model ${describeServers({})}`;
    const target = `--target mine=${openInference.urls.rest}`;

    expect(await refusalOf(`run ${model} ${target} ${options}`)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_USAGE',
      message: expect.stringContaining(what) as string,
    });
  });

  it('are sent a request by validate, which says why one cannot be measured', async () => {
    const model = describeServers({
      blue: { url: openInference.urls.rest, headers: { authorization: 'hidden' } },
      gone: { url: 'http://127.0.0.1:9' },
    });
    const { stdout } = await callBench(`validate --model ${model} --json`, bareMachine());

    expect(stdout).not.toContain('hidden');
    expect((JSON.parse(stdout) as { model: { servers: unknown } }).model.servers).toMatchObject([
      { name: 'blue', encodings: ['binary', 'json'] },
      { name: 'gone', code: 'BENCH_SERVING_DIED' },
    ]);
    const text = await callBench(`validate --model ${model}`, bareMachine());
    const lines = text.stdout.split('\n').filter((line) => line.includes(openInference.urls.rest));
    expect(lines).toEqual([expect.stringMatching(/\bblue\b.*\bbinary, json$/)]);
  });
});
