import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { levelLabel, targetLabels, wireLabel } from '../../../../lib/bench/wording/labels.ts';

const json: Target = {
  serving: 'tfserving',
  protocol: 'rest',
  payload: 'tensor',
  encoding: 'json',
};
const image: Target = { ...json, payload: 'image', encoding: 'base64' };
const grpc: Target = { ...json, protocol: 'grpc', encoding: 'raw' };
const grpcImage: Target = { ...grpc, payload: 'image' };

const served = (real: boolean) => ({
  served: { tfserving: { platform: 'Some 1.0', engine: 'ONNX Runtime', real } },
});

describe('The name of a target', () => {
  it.each([
    ['the title of a serving that takes part once', [json], ['']],
    ['the title of one that takes part over gRPC only', [grpc], ['']],
    ['what tells two targets apart', [json, image], [', tensor json', ', image base64']],
    ['the protocol where there are two', [json, grpc], [', REST', ', gRPC']],
    [
      'payload and encoding where a protocol has several',
      [json, grpc, grpcImage],
      [', REST', ', gRPC tensor raw', ', gRPC image raw'],
    ],
  ])('has %s', (_, targets, details) => {
    const namesWith = (title: string) => details.map((detail) => `${title}${detail}`);

    expect([...targetLabels(targets, {}).values()]).toEqual(namesWith('TensorFlow Serving'));
    expect([...targetLabels(targets, served(true)).values()]).toEqual(
      namesWith('TensorFlow Serving'),
    );
    expect([...targetLabels(targets, served(false)).values()]).toEqual(
      namesWith('TensorFlow Serving (stand-in)'),
    );
  });

  it('has protocol, payload and encoding where these are all that is named', () => {
    expect(wireLabel(grpc)).toBe('gRPC tensor raw');
  });
});

describe('The name of a level', () => {
  it.each([
    [{ loop: 'closed', virtualUsers: 1 }, '1 VU'],
    [{ loop: 'closed', virtualUsers: 10 }, '10 VUs'],
    [{ loop: 'open', ratePerSecond: 50, arrivals: 'poisson' }, '50/s Poisson'],
    [{ loop: 'open', ratePerSecond: 50, arrivals: 'constant' }, '50/s constant'],
  ] as const)('of %j is "%s"', (level, name) => {
    expect(levelLabel(level)).toBe(name);
  });
});
