import {
  resumedServers,
  givenServers,
  servedByServers,
} from '../../../../../../lib/bench/run/servings/running-servers/given-server.ts';
import type { DescribedServer } from '../../../../../../lib/bench/model-file/description.ts';
import type { RunningServer } from '../../../../../../serving-configs/running-server.ts';

const tensors = {
  inputs: [{ name: 'ids', datatype: 'INT64', shape: [1, 2], dims: [1, 2] }],
  outputs: [{ name: 'scores', datatype: 'FP32', shape: [1, 2], dims: [1, 2] }],
} as const;

const given = (servers: Readonly<Record<string, DescribedServer>>, ...named: [string, string][]) =>
  givenServers(
    named.map(([name, url]) => ({ name, url })),
    { ...tensors, servers },
  );

const contract = { body: '{"x": {{ids}}}', outputs: { scores: '/y' } };

const planned: RunningServer = {
  name: 'mine',
  url: 'http://localhost:9000/predict',
  protocol: 'rest',
  encodings: ['json'],
  speaks: 'json',
  path: '/predict',
  model: 'net',
  json: contract,
};

describe('Servers named by a user', () => {
  it('are those of the description and of the command line, which may override an address', () => {
    const described = { mine: { url: 'http://a:1/x', ...contract }, calls: { url: 'grpc://a:2' } };

    expect(given(described, ['mine', 'http://b:1/x'], ['more', 'http://c'])).toEqual([
      { name: 'mine', url: 'http://b:1/x', ...contract },
      { name: 'calls', url: 'grpc://a:2' },
      { name: 'more', url: 'http://c' },
    ]);
  });

  it('get the credentials of their address in a header', () => {
    const [server] = given({}, ['mine', 'http://me:pass%20word@localhost:9000/predict']);
    const authorization = `Basic ${Buffer.from('me:pass word').toString('base64')}`;

    expect(server).toEqual({ name: 'mine', url: planned.url, headers: { authorization } });
  });

  it('cannot have a placeholder in place of its credentials', () => {
    expect(() => given({}, ['mine', 'http://USER:PASSWORD@localhost:9000/predict'])).toThrow(
      expect.objectContaining({ code: 'BENCH_SERVER_CREDENTIALS' }),
    );
  });

  it.each([
    ['/predict', 'JSON of its own'],
    ['/v1/models/net:predict', 'TensorFlow’s JSON in columns'],
  ])('are in a plan with their protocol, at %s', (path, protocol) => {
    expect(servedByServers([{ ...planned, path }])).toMatchObject({
      mine: { running: `${planned.url}, asked with ${protocol}` },
    });
  });

  it.each([
    ['the name of a serving', 'flask', 'http://a', 'BENCH_SERVER_NAME'],
    ['a name with blanks', 'my server', 'http://a', 'BENCH_SERVER_NAME'],
    ['another protocol', 'mine', 'ftp://a', 'BENCH_SERVER_URL'],
    ['a path for gRPC', 'mine', 'grpc://a/b', 'BENCH_SERVER_URL'],
    ['a path for gRPC with TLS', 'mine', 'grpcs://a/b', 'BENCH_SERVER_URL'],
  ])('cannot have %s', (_, name, url, code) => {
    expect(() => given({}, [name, url])).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ['a body without outputs', { body: '{{ids}}' }, 'BENCH_DESCRIPTION', 'outputs'],
    ['an unknown input', { ...contract, body: '{{id}}' }, 'BENCH_MISMATCH', '"id"'],
    ['an unknown output', { ...contract, outputs: { score: '/y' } }, 'BENCH_MISMATCH', '"score"'],
    ['an output without a pointer', { ...contract, outputs: {} }, 'BENCH_MISMATCH', '"scores"'],
  ])('cannot be described with %s', (_, json, code, name) => {
    expect(() => given({ mine: { url: 'http://a', ...json } })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(name) as string }),
    );
  });

  it('remain those of the plan when a run is resumed, with headers that are given again', () => {
    const again = given({}, ['mine', 'http://me:secret@localhost:9000/predict']);

    expect(resumedServers([planned], [])).toEqual([planned]);
    expect(resumedServers([planned], again)).toEqual([
      { ...planned, headers: { authorization: expect.stringMatching(/^Basic /) as string } },
    ]);
  });

  it.each([
    ['another server', given({}, ['other', 'http://a'])],
    ['another address', given({}, ['mine', 'http://a'])],
    ['another body', given({ mine: { url: planned.url, ...contract, body: '[{{ids}}]' } })],
  ])('cannot become %s', (_, servers) => {
    expect(() => resumedServers([planned], servers)).toThrow(
      expect.objectContaining({ code: 'BENCH_OTHER_SERVER' }),
    );
  });
});
