import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { summarise } from '../../../../lib/bench/analysis/summarise.ts';
import { runCommandOf } from '../../../../lib/bench/plan/command-of-plan.ts';
import { readRunFolder } from '../../../../lib/bench/results/run-folder.ts';
import { isTested } from '../../../../lib/bench/stability/summary.ts';
import type { GivenModelFile } from '../../../../serving-configs/models/model.ts';
import { startReference, type StartedServing } from '../../../conformance/started-serving.ts';
import { bareMachine } from '../../../support/bare-machine.ts';
import { callBench, refusalOf } from '../../../support/bench-cli.ts';
import { newAuthority } from '../../../support/certificates.ts';
import { twoByTwoModel } from '../../../support/onnx-models.ts';
import { newFolder } from '../../../support/temporary-folder.ts';
import { listenTls } from '../../../support/tls-front.ts';
import { tensor, writeTensorModel } from '../../../support/user-model.ts';

const { caFile, serverCertificate } = newAuthority();
const folder = newFolder();
let server: StartedServing;
let rest: string;
let grpc: string;

const describeServers = (servers: object): string => {
  const file = path.join(newFolder(), 'net.yaml');
  const sizes = { ids: [1, 3], weights: [1, 3] };
  const onnx = path.join(folder, 'model.onnx');
  writeFileSync(file, stringify({ model: { name: 'net', onnx, sizes }, servers }));
  return file;
};

beforeAll(async () => {
  const request = [
    tensor('ids', 'INT64', [1, 3], [1, 2, 3]),
    tensor('weights', 'FP32', [1, 3], [0.5, 1.5, 2.5]),
  ];
  const { file, model } = await writeTensorModel(folder, twoByTwoModel(), [request]);
  writeFileSync(file, JSON.stringify({ ...model, name: 'net' } satisfies GivenModelFile));
  server = await startReference('triton_onnx', '--engine', 'onnx', '--model', file);
  rest = await listenTls(server.urls.rest, serverCertificate());
  const grpcFront = await listenTls(server.urls.grpc ?? '', serverCertificate());
  grpc = grpcFront.replace('https:', 'grpcs:');
});

afterAll(() => server.stop());

describe('Running servers with TLS', () => {
  it('are measured with the certificates of a private authority, by the middleware and by bypass runs', async () => {
    const output = path.join(newFolder(), 'run');
    const { stderr } = await callBench(
      `run --model ${describeServers({})} --target rest=${rest} --target calls=${grpc} --ca ${caFile}
      --output ${output} --seed 1 --repeats 1 --levels 1 --duration 200ms --warmup 0 --bypass 200ms --noop-limits none`,
    );
    const { plan, records } = await readRunFolder(output);
    const measured = records.flatMap((record) =>
      record.kind === 'measurement' && record.state === 'completed'
        ? [[record.measurement.target.serving, record.load.failed, record.bypass?.state]]
        : [],
    );

    expect(stderr).toContain('asking the servers once');
    expect(stderr).not.toContain('starting the servers');
    // Two blocks, of which the first has the bypass runs.
    expect(measured).toHaveLength(4);
    expect(measured).toEqual(
      expect.arrayContaining([
        ['calls', 0, undefined],
        ['calls', 0, 'completed'],
        ['rest', 0, undefined],
        ['rest', 0, 'completed'],
      ]),
    );
    expect(plan.settings.caFile).toBe(caFile);
    expect(runCommandOf(plan)).toContain(` --ca ${caFile} `);
    expect(JSON.stringify(plan.servers)).not.toContain(caFile);
    // What was measured is not measured again, but its servers are found.
    expect((await callBench(`run --resume ${output}`)).stderr).not.toContain('error');
  });

  it('get bad requests of stability tests', async () => {
    const output = path.join(newFolder(), 'run');
    await callBench(
      `run --model ${describeServers({})} --target rest=${rest} --ca ${caFile} --output ${output}
      --profile stability --faults malformed-json,half-body --seed 1 --repeats 1 --levels 2 --duration 300ms --warmup 0`,
    );
    const { targets = [] } = summarise(await readRunFolder(output)).stability ?? {};
    const answers = targets.flatMap(({ results }) =>
      results.map((result) =>
        isTested(result) ? result.answers.map(({ answer }) => answer).join() : result.leftOut,
      ),
    );

    expect(answers).toEqual(['', '400', 'none']);
  });

  it('are sent a request by validate', async () => {
    const model = describeServers({ blue: { url: rest }, calls: { url: grpc } });
    const { stdout } = await callBench(
      `validate --model ${model} --ca ${caFile} --json`,
      bareMachine(),
    );

    expect((JSON.parse(stdout) as { model: { servers: unknown } }).model.servers).toMatchObject([
      { name: 'blue', encodings: ['binary', 'json'] },
      { name: 'calls', encodings: ['raw'] },
    ]);
  });

  it.each([
    ['a certificate of an unknown authority', () => rest, '', 'not trusted', '--ca FILE'],
    ['the same over gRPC', () => grpc, '', 'not trusted', '--ca FILE'],
    [
      'a certificate that has expired',
      () => listenTls(server.urls.rest, serverCertificate({ hasExpired: true })),
      `--ca ${caFile}`,
      'has expired',
      '--ca FILE',
    ],
    [
      'a server without TLS',
      () => server.urls.rest.replace('http:', 'https:'),
      `--ca ${caFile}`,
      'no TLS',
      'http://',
    ],
    ['an address without TLS', () => rest.replace('https:', 'http:'), '', 'speaks TLS', 'https://'],
    ['the same over gRPC', () => grpc.replace('grpcs:', 'grpc:'), '', 'speaks TLS', 'grpcs://'],
  ])('are refused with one sentence for %s', async (_, urlOf, options, problem, remedy) => {
    const url = await urlOf();

    expect(
      await refusalOf(`plan --model ${describeServers({})} --target mine=${url} ${options}`),
    ).toMatchObject({
      exitCode: 2,
      code: 'BENCH_SERVER_TLS',
      message: expect.stringContaining(problem) as string,
      hint: expect.stringContaining(remedy) as string,
    });
  });

  it.each([
    ['is missing', () => path.join(folder, 'none.pem'), 'none.pem'],
    [
      'is a certificate as DER',
      () => {
        const file = path.join(newFolder(), 'ca.der');
        const [, base64 = ''] = readFileSync(caFile, 'utf8').split('\n');
        writeFileSync(file, Buffer.from(base64, 'base64'));
        return file;
      },
      'no certificate as PEM',
    ],
    [
      'holds a damaged certificate',
      () => {
        const file = path.join(newFolder(), 'ca.pem');
        writeFileSync(file, readFileSync(caFile, 'utf8').replace(/MII?./, 'AAAA'));
        return file;
      },
      'damaged',
    ],
  ])('are refused if the file of the authority %s', async (_, fileOf, problem) => {
    const command = `plan --model ${describeServers({})} --target mine=${rest} --ca ${fileOf()}`;

    expect(await refusalOf(command)).toMatchObject({
      code: 'BENCH_SERVER_TLS',
      message: expect.stringContaining(problem) as string,
      hint: expect.stringContaining('PEM') as string,
    });
  });
});
