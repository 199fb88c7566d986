import type { Target } from '../../../../lib/bench/model/measurement.ts';
import { levelLabel, targetLabels, wireLabel } from '../../../../lib/bench/wording/labels.ts';

const path = (payload: Target['payload'], encoding: Target['encoding']): Target => ({
  serving: 'tfserving',
  protocol: 'rest',
  payload,
  encoding,
});

describe('the name of a target', () => {
  it('is the title of the serving where it takes part once', () => {
    expect([...targetLabels([path('tensor', 'json')], {}).values()]).toEqual([
      'TensorFlow Serving',
    ]);
  });

  it('tells apart the targets of one serving', () => {
    const labels = targetLabels([path('tensor', 'json'), path('image', 'base64')], {});
    expect([...labels.values()]).toEqual([
      'TensorFlow Serving, tensor json',
      'TensorFlow Serving, image base64',
    ]);
  });
});

describe('the name of a target of a serving for which a stand-in stood', () => {
  const standIn = { platform: 'Stand-in 1.0', engine: 'ONNX Runtime', real: false };

  it('says so, with and without more behind it', () => {
    const plan = { served: { tfserving: standIn } };
    expect([...targetLabels([path('tensor', 'json')], plan).values()]).toEqual([
      'TensorFlow Serving (stand-in)',
    ]);
    const labels = targetLabels([path('tensor', 'json'), path('image', 'base64')], plan);
    expect([...labels.values()]).toEqual([
      'TensorFlow Serving (stand-in), tensor json',
      'TensorFlow Serving (stand-in), image base64',
    ]);
  });

  it('says nothing where the platform itself answered', () => {
    const plan = { served: { tfserving: { ...standIn, real: true } } };
    expect([...targetLabels([path('tensor', 'json')], plan).values()]).toEqual([
      'TensorFlow Serving',
    ]);
  });
});

describe('the name of a target of a serving that takes part over two protocols', () => {
  const rest = path('tensor', 'json');
  const grpc: Target = { ...rest, protocol: 'grpc', encoding: 'raw' };

  it('is the protocol as people write it, and no more', () => {
    expect([...targetLabels([rest, grpc], {}).values()]).toEqual([
      'TensorFlow Serving, REST',
      'TensorFlow Serving, gRPC',
    ]);
  });

  it('has payload and encoding where one of the protocols has several', () => {
    expect([...targetLabels([rest, grpc, { ...grpc, payload: 'image' }], {}).values()]).toEqual([
      'TensorFlow Serving, REST',
      'TensorFlow Serving, gRPC tensor raw',
      'TensorFlow Serving, gRPC image raw',
    ]);
  });

  it('is the title alone where it takes part over gRPC only', () => {
    expect([...targetLabels([grpc], {}).values()]).toEqual(['TensorFlow Serving']);
    expect(wireLabel(grpc)).toBe('gRPC tensor raw');
  });
});

describe('the name of a level', () => {
  it('tells users of a closed loop from the rate of an open one', () => {
    expect(levelLabel({ loop: 'closed', virtualUsers: 1 })).toBe('1 VU');
    expect(levelLabel({ loop: 'closed', virtualUsers: 10 })).toBe('10 VUs');
    expect(levelLabel({ loop: 'open', ratePerSecond: 50, arrivals: 'poisson' })).toBe(
      '50/s Poisson',
    );
  });
});
