import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Plan } from '../../../../lib/bench/model/plan.ts';
import type { ResultRecord } from '../../../../lib/bench/model/record.ts';
import type { TensorModel } from '../../../../serving-configs/models/tensors/tensor-model.ts';
import { startReference, type StartedServing } from '../../../conformance/started-serving.ts';
import { callBench, refusalOf, runBench } from '../../../support/bench-cli.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { useTemporaryFolders } from '../../../support/temporary-folder.ts';
import { tensor, writeTensorModel } from '../../../support/user-model.ts';

jest.setTimeout(180_000);

const newFolder = useTemporaryFolders();

type Rows = readonly (readonly number[])[];

/** What the model computes. */
const computed = (ids: Rows, weights: Rows) => ({
  sum: ids.map((row, at) => row.map((id, column) => id + (weights[at]?.[column] ?? 0))),
  twice: ids.map((row) => row.map((id) => 2 * id)),
});

/** A server with the columns of a saved model. */
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

/** A server with JSON of its own for one input at a time, and a key. It computes something else at /wrong. */
const listenPlain = () =>
  listenHttp(({ url, headers }, response, body) => {
    if (headers.authorization !== `Basic ${Buffer.from('me:secret').toString('base64')}`) {
      response.writeHead(401).end('who are you?');
      return;
    }
    const { one } = JSON.parse(String(body)) as { one: { ids: number[]; weights: number[] } };
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
  writeFileSync(file, JSON.stringify({ ...model, name: 'net' } satisfies TensorModel));
  const args = ['--engine', 'onnx', '--tensor-model', file];
  [openInference, application, columns, plain] = await Promise.all([
    startReference('triton_onnx', ...args),
    startReference('flask', ...args),
    listenColumns(),
    listenPlain(),
  ]);
});

afterAll(async () => {
  await Promise.all([openInference.stop(), application.stop(), columns.close(), plain.close()]);
});

const recordsIn = (output: string): readonly ResultRecord[] =>
  readFileSync(path.join(output, 'results.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ResultRecord);

const readPlanIn = (output: string): Plan =>
  JSON.parse(readFileSync(path.join(output, 'plan.json'), 'utf8')) as Plan;

const SHORT = ['--repeats', '1', '--levels', '1', '--duration', '300ms', '--warmup', '100ms'];

describe('Servers that run already', () => {
  it('are measured in whatever protocol they have, with right answers, limits of the rig and bypass runs; one with wrong answers is not', async () => {
    const output = path.join(newFolder(), 'run');
    const withSecret = plain.url.replace('//', '//me:secret@');
    const model = describeServers({
      own: { url: `${withSecret}/right`, ...plainContract },
      wrong: { url: `${withSecret}/wrong`, ...plainContract },
      columns: { url: columns.url, model: 'there' },
    });
    const { exitCode, stdout, stderr } = await runBench([
      'run',
      ...['--model', model, '--output', output, '--seed', '1', ...SHORT],
      ...['--target', `rest=${openInference.urls.rest}`],
      ...['--target', `calls=${openInference.urls.grpc?.replace('http:', 'grpc:')}`],
      ...['--target', `app=${application.urls.rest}/predict`],
      ...['--scenarios', 'warm,cold', '--bypass', '300ms'],
    ]);
    const records = recordsIn(output);
    const ofKind = <Kind extends ResultRecord['kind']>(kind: Kind) =>
      records.filter((one): one is Extract<ResultRecord, { kind: Kind }> => one.kind === kind);
    const measured = ofKind('measurement').map((record) => {
      const { engine, scenario, target } = record.measurement;
      const load = record.state === 'completed' ? record.load : undefined;
      const bypass = record.state === 'completed' ? record.bypass?.state : record.code;
      return [target.serving, target.encoding, engine, scenario, (load?.failed ?? -1) === 0, bypass];
    });

    process.stderr.write(stdout + stderr);
    expect(exitCode).toBe(1);
    expect(measured.toSorted()).toEqual(
      [
        ['app', 'binary', 'onnx', 'warm', true, 'completed'],
        ['calls', 'raw', 'onnx', 'warm', true, 'completed'],
        ['columns', 'json', 'onnx', 'warm', true, 'completed'],
        ['own', 'json', 'onnx', 'warm', true, 'completed'],
        ['rest', 'binary', 'onnx', 'warm', true, 'completed'],
        ['wrong', 'json', 'onnx', 'warm', false, 'BENCH_WRONG_ANSWER'],
        ...['app', 'calls', 'columns', 'own', 'rest', 'wrong'].map((name) => [
          name,
          { app: 'binary', calls: 'raw', rest: 'binary' }[name] ?? 'json',
          'noop',
          'warm',
          true,
          undefined,
        ]),
      ].toSorted(),
    );
    expect(ofKind('calibration')).toMatchObject([{ state: 'completed' }]);
    expect(
      ofKind('measurement').flatMap((record) =>
        record.state === 'completed' && record.measurement.engine === 'onnx'
          ? [record.start, record.servingCpuMs]
          : [],
      ),
    ).toEqual(new Array(10).fill(undefined));

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
    const statement = /^Compared: 6 running servers: own at/m;
    expect(stdout).toMatch(statement);

    expect((await callBench(['report', '--dir', output])).stdout).toMatch(statement);
    expect(
      await refusalOf(['run', '--resume', output, '--target', `rest=${application.urls.rest}`]),
    ).toMatchObject({ code: 'BENCH_OTHER_PLAN', message: expect.stringContaining('rest was at') });
    const resumed = await callBench(['run', '--resume', output]);
    expect(resumed.exitCode).toBe(0);
    expect(recordsIn(output).length).toBeGreaterThan(records.length);
  });
});
