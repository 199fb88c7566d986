import { conditionKind } from '../../../../lib/bench/cli/fail-conditions.ts';

describe('A condition of --fail-if', () => {
  it.each([
    ['p95>100ms', { metric: 'p95', bound: 100 }],
    ['p99 > 1.5 s', { metric: 'p99', bound: 1500, boundText: '1.5s' }],
    ['P50>1m', { metric: 'p50', bound: 60_000 }],
    ['rate<50/s', { metric: 'rate', bound: 50 }],
    ['failed>0', { metric: 'failed', bound: 0 }],
    ['failed>0.5%', { metric: 'failed', bound: 0.5 }],
    ['cost>2usd', { metric: 'cost', bound: 2 }],
    ['tfserving:p95>1s', { servings: ['tfserving'] }],
    ['TensorFlow Serving: p95>1s', { servings: ['tfserving'] }],
    // A running server.
    ['blue:p95>1s', { servings: ['blue'] }],
    [
      'triton:rate<1/s',
      { servings: ['triton_pytorch', 'triton_tensorflow', 'triton_onnx', 'triton_tensorrt'] },
    ],
  ])('is read from %s', (text, condition) => {
    expect(conditionKind.read(text)).toMatchObject({ text, ...condition });
    expect(conditionKind.write(conditionKind.read(text))).toBe(text);
  });

  it.each([
    ['p9>100ms', 'p95?'],
    ['latency>100ms', 'p50, p95'],
    ['p95>100', 'write 100ms'],
    ['p95>100sec', 'such as 50ms'],
    ['rate<50', 'write 50/s'],
    ['rate<50ms', 'such as 50/s'],
    ['failed>5ms', 'such as 5%'],
    ['cost>1EUR', 'such as 1.5USD'],
    ['p95<100ms', 'write p95>100ms'],
    ['flask:rate>5/s', 'write flask:rate<5/s'],
    ['tritn:p95>1s', 'triton'],
    ['p95', 'p95>100ms'],
    ['p95>=100ms', ''],
  ])('is refused with a remedy: %s', (text, remedy) => {
    expect(() => conditionKind.read(text)).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        hint: expect.stringContaining(remedy) as unknown,
      }) as Error,
    );
  });
});
