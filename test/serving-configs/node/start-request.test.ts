import { imageOf } from '../../../serving-configs/node/images.ts';
import { readStartRequest } from '../../../serving-configs/node/start-request.ts';

const IMAGE = `example/one@sha256:${'a'.repeat(64)}`;
const env = {
  SERVING: 'torchserve',
  ENGINE: 'onnx',
  SC_RUNTIME: 'container',
  SC_ADDRESS: '10.0.0.7',
  SC_IMAGES: JSON.stringify({ torchserve: IMAGE }),
} as const;

describe('what the unit of the serving is to run', () => {
  it('is the container of the serving with the runtime of containers', () => {
    expect(readStartRequest(env)).toEqual({
      serving: 'torchserve',
      engine: 'onnx',
      address: '10.0.0.7',
      image: IMAGE,
    });
  });

  it('is the reference serving with the runtime of that, whatever images there are', () => {
    expect(readStartRequest({ ...env, SC_RUNTIME: 'reference' })).toEqual({
      serving: 'torchserve',
      engine: 'onnx',
      address: '10.0.0.7',
    });
  });

  it('is always the reference serving with the null engine', () => {
    const { SC_IMAGES: _, ...without } = env;

    expect(readStartRequest({ ...without, ENGINE: 'null' })).toEqual({
      serving: 'torchserve',
      engine: 'null',
      address: '10.0.0.7',
    });
  });

  it('is always the reference serving with the engine that takes a known time', () => {
    expect(readStartRequest({ ...env, ENGINE: 'delay', DELAY_MS: '25' })).toEqual({
      serving: 'torchserve',
      engine: 'delay',
      delayMs: 25,
      address: '10.0.0.7',
    });
  });

  it.each([
    [{ SERVING: 'none' }, 'no serving "none"'],
    [{ ENGINE: 'fast' }, 'no engine "fast"'],
    [{ ENGINE: 'delay' }, 'DELAY_MS is ""'],
    [{ ENGINE: 'delay', DELAY_MS: '2s' }, 'DELAY_MS is "2s"'],
    [{ SC_RUNTIME: 'venv' }, 'no runtime "venv"'],
    [{ SC_ADDRESS: '' }, 'SC_ADDRESS, the address of this node, is not set'],
    [{ SC_IMAGES: '{}' }, 'no image is configured for torchserve'],
  ])('is refused with %p', (change, message) => {
    expect(() => readStartRequest({ ...env, ...change })).toThrow(message);
  });
});

describe('the image of a serving', () => {
  it.each(['example/one:latest', `example/one@sha256:${'a'.repeat(64)}`])(
    'is the one that is configured, by tag or digest: %s',
    (image) => {
      expect(imageOf('a', JSON.stringify({ a: image }))).toBe(image);
    },
  );

  it.each([undefined, '', '{}'])('is none where no images are configured (%p)', (images) => {
    expect(() => imageOf('a', images)).toThrow('no image is configured for a');
  });

  it('is refused where the variable is no JSON', () => {
    expect(() => imageOf('a', '{a:b}')).toThrow('SC_IMAGES is no JSON object: {a:b}');
  });
});
