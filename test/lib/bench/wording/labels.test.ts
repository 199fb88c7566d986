import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { levelLabel, targetLabels } from '../../../../lib/bench/wording/labels.ts';

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

const triton: Target = { ...json, serving: 'triton_onnx', encoding: 'binary' };

describe('The name of a target', () => {
  it.each([
    ['only the title of a single serving', [json], ['']],
    ['payload and encoding if they differ', [json, image], ['JSON', 'image as base64']],
    ['the protocol if there are two', [json, grpc], ['REST, JSON', 'gRPC, raw bytes']],
    ['nothing that all targets share', [grpc, grpcImage], ['raw bytes', 'image']],
  ])('has %s', (_, targets, details) => {
    const namesWith = (note?: string) =>
      details.map((detail) => {
        const notes = [detail, note ?? ''].filter((words) => words !== '');
        return notes.length === 0
          ? 'TensorFlow Serving'
          : `TensorFlow Serving (${notes.join(', ')})`;
      });

    expect([...targetLabels(targets, {}).values()]).toEqual(namesWith());
    expect([...targetLabels(targets, served(true)).values()]).toEqual(namesWith());
    expect([...targetLabels(targets, served(false)).values()]).toEqual(namesWith('stand-in'));
  });

  it('has the encoding if that of another serving differs', () => {
    const labels = targetLabels([json, triton], { runtime: 'simulated' });

    expect([...labels.values()]).toEqual([
      'TensorFlow Serving (JSON, simulated)',
      'Triton (ONNX Runtime, binary, simulated)',
    ]);
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
