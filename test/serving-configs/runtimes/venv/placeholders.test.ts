import {
  fillIn,
  type PlaceholderValues,
} from '../../../../serving-configs/runtimes/venv/placeholders.ts';

const values: PlaceholderValues = {
  python: '/venv/bin/python',
  bin: '/venv/bin',
  packages: '/venv/lib/site-packages',
  node: '/usr/bin/node',
  here: '/project/platform/venv',
  common: '/project/venv/python',
  work: '/tmp/run',
  model: 'resnet-50',
  input: 'input',
  output: 'output',
  shape: '1,3,224,224',
  restPort: '8080',
  grpcPort: '8081',
  threads: '1',
  ports: { metrics: '8082' },
};

describe('placeholders', () => {
  it('stand for the values of a run, wherever they are and however often', () => {
    expect(fillIn('{python} {here}/app.py --port={restPort}:{restPort}', values)).toBe(
      '/venv/bin/python /project/platform/venv/app.py --port=8080:8080',
    );
  });

  it('name the ports that a platform has of its own', () => {
    expect(fillIn('--metrics-port={port:metrics}', values)).toBe('--metrics-port=8082');
  });

  it('leave the braces of JSON and of configuration files alone', () => {
    const text = '{"name": "{model}", "shape": [{shape}], "nested": {"a": {}}}';

    expect(JSON.parse(fillIn(text, values))).toEqual({
      name: 'resnet-50',
      shape: [1, 3, 224, 224],
      nested: { a: {} },
    });
  });

  it('refuse a port that the platform does not have', () => {
    expect(() => fillIn('{port:admin}', values)).toThrow('no port is named "admin"');
  });
});
