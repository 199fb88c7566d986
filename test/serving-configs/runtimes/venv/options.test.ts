import path from 'node:path';
import { manifestOf } from '../../../../serving-configs/index.ts';
import {
  readListOptions,
  readMainOptions,
  readSetupOptions,
} from '../../../../serving-configs/runtimes/venv/options.ts';

const cache = path.resolve(import.meta.dirname, '../../../../.cache');

describe('the command line of a platform from packages', () => {
  it('takes the ports of the manifest, one thread and the engine that computes', () => {
    const { rest, grpc } = manifestOf('torchserve');

    expect(readMainOptions(['--serving', 'torchserve'])).toEqual({
      serving: 'torchserve',
      port: rest.port,
      grpcPort: grpc?.port,
      engine: 'onnx',
      threads: 1,
      cacheFolder: cache,
    });
  });

  it('takes any free port for gRPC where the other port is chosen', () => {
    expect(readMainOptions(['--serving', 'kserve', '--port', '8000'])).toMatchObject({
      port: 8000,
      grpcPort: 0,
    });
    expect(
      readMainOptions(['--serving', 'kserve', '--port', '0', '--grpc-port', '9000']),
    ).toMatchObject({ port: 0, grpcPort: 9000 });
  });

  it('takes a model, threads and a folder', () => {
    expect(
      readMainOptions([
        '--serving=flask',
        '--model=some.onnx',
        '--threads=2',
        '--cache=/tmp/cache',
        '--engine=onnx',
      ]),
    ).toMatchObject({
      modelFile: path.resolve('some.onnx'),
      threads: 2,
      cacheFolder: '/tmp/cache',
    });
  });

  it.each([
    [[], '--serving is missing'],
    [
      ['--serving', 'flask', '--engine', 'noop', '--model', 'x'],
      '--model is only for --engine onnx',
    ],
  ])('refuses %j', (args, message) => {
    expect(() => readMainOptions(args)).toThrow(message);
  });
});

describe('the command line of the installation', () => {
  it('means all servings where none is named', () => {
    expect(readSetupOptions([])).toEqual({ without: [], cacheFolder: cache });
  });

  it('takes a list of servings', () => {
    expect(readSetupOptions(['--servings', 'flask, kserve', '--cache', '/tmp/c'])).toEqual({
      servings: ['flask', 'kserve'],
      without: [],
      cacheFolder: '/tmp/c',
    });
  });

  it('takes environments that are left out', () => {
    expect(readSetupOptions(['--without', 'jvm,workers'])).toMatchObject({
      without: ['jvm', 'workers'],
    });
  });

  it('is the folder of the list too', () => {
    expect(readListOptions(['--cache', '/tmp/c'])).toEqual({ cacheFolder: '/tmp/c' });
  });
});
