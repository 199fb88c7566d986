import { readStartRequest } from '../../../../serving-configs/runtimes/node/run-container.ts';

const env = {
  SERVING: 'torchserve',
  ENGINE: 'onnx',
  SC_RUNTIME: 'container',
  SC_ADDRESS: '10.0.0.7',
} as const;

describe('what the unit of the serving is to run', () => {
  it.each([
    ['the container of the serving', {}, { isContainer: true }],
    ['the simulated server with the runtime of that', { SC_RUNTIME: 'simulated' }, {}],
    ['the simulated server with the no-op backend', { ENGINE: 'noop' }, { engine: 'noop' }],
    [
      'the simulated server with the engine that takes a known time',
      { ENGINE: 'delay', DELAY_MS: '25' },
      { engine: 'delay', delayMs: 25 },
    ],
    [
      "the container of the serving with a user's model",
      { TENSOR_MODEL: '/models/model.json' },
      { isContainer: true, tensorModelFile: '/models/model.json' },
    ],
  ])('is %s', (_, change, wanted) => {
    expect(readStartRequest({ ...env, ...change })).toEqual({
      serving: 'torchserve',
      engine: 'onnx',
      address: '10.0.0.7',
      isContainer: false,
      ...wanted,
    });
  });

  it.each([
    [{ SERVING: 'none' }, 'SERVING: there is no serving "none"'],
    [{ ENGINE: 'fast' }, 'ENGINE: there is no engine "fast"'],
    [{ ENGINE: 'delay' }, 'DELAY_MS is not set'],
    [{ ENGINE: 'delay', DELAY_MS: '2s' }, 'DELAY_MS: "2s" is not a whole number'],
    [{ SC_RUNTIME: 'venv' }, 'SC_RUNTIME: there is no runtime "venv"'],
    [{ SC_ADDRESS: '' }, 'SC_ADDRESS is not set'],
  ])('is refused with %p', (change, message) => {
    expect(() => readStartRequest({ ...env, ...change })).toThrow(message);
  });
});
