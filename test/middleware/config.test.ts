import { availableParallelism } from 'node:os';

import { ConfigError, readConfig } from '../../middleware/config.ts';
import { servingNames } from '../../serving-configs/index.ts';

describe('the configuration', () => {
  it('runs one process a core where the environment says nothing', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      processes: availableParallelism(),
      imagesDir: 'k6/images',
      upstreamTimeoutMs: 60_000,
      logLevel: 'warn',
    });
  });

  it('addresses every serving at its own ports of the host', () => {
    const { servingUrls } = readConfig({ SERVING_HOST: '10.0.0.7' });

    expect(Object.keys(servingUrls)).toEqual(servingNames);
    expect(servingUrls.tfserving).toEqual({
      rest: 'http://10.0.0.7:8501',
      grpc: 'http://10.0.0.7:8500',
    });
  });

  it('lets single addresses be overridden', () => {
    const { servingUrls } = readConfig({ SERVING_URLS: '{"tfserving":"http://localhost:1234/"}' });

    expect(servingUrls.tfserving).toEqual({
      rest: 'http://localhost:1234',
      grpc: 'http://127.0.0.1:8500',
    });
    expect(servingUrls.torchserve.rest).toBe('http://127.0.0.1:8080');
  });

  it('lets the address of each protocol be overridden', () => {
    const { servingUrls, expectedServings } = readConfig({
      SERVING_URLS:
        '{"tfserving":{"rest":"http://a:1","grpc":"http://b:2/"},"torchserve":{"grpc":"http://c:3"}}',
    });

    expect(servingUrls.tfserving).toEqual({ rest: 'http://a:1', grpc: 'http://b:2' });
    expect(servingUrls.torchserve).toEqual({ rest: 'http://127.0.0.1:8080', grpc: 'http://c:3' });
    expect(expectedServings).toEqual(['torchserve', 'tfserving']);
  });

  it('expects the servings that SERVING_URLS names, or all', () => {
    const { expectedServings } = readConfig({ SERVING_URLS: '{"tfserving":"http://localhost:1"}' });

    expect(expectedServings).toEqual(['tfserving']);
    expect(readConfig({ SERVING_URLS: '{}' }).expectedServings).toEqual(servingNames);
  });

  it('bounds the bytes that a process holds', () => {
    expect(readConfig({}).maxBytesInFlight).toBe(512 * 1024 * 1024);
    expect(() => readConfig({ MAX_BYTES_IN_FLIGHT: '1' })).toThrow('from 1048576 to');
  });

  it('waits for REST as long as for gRPC where it says nothing else', () => {
    expect(readConfig({ UPSTREAM_TIMEOUT_MS: '7000' }).upstreamRestTimeoutMs).toBe(7000);
    expect(
      readConfig({ UPSTREAM_TIMEOUT_MS: '7000', UPSTREAM_REST_TIMEOUT_MS: '10' }),
    ).toMatchObject({ upstreamTimeoutMs: 7000, upstreamRestTimeoutMs: 10 });
  });

  it('blocks for no serving and keeps all channels where it says nothing else', () => {
    expect(readConfig({})).toMatchObject({ blockingServings: [], channelPerCallServings: [] });
    expect(
      readConfig({ BLOCKING_SERVINGS: 'torchserve,tfserving', CHANNEL_PER_CALL_SERVINGS: '' }),
    ).toMatchObject({ blockingServings: ['torchserve', 'tfserving'], channelPerCallServings: [] });
    expect(() => readConfig({ BLOCKING_SERVINGS: 'torchserve,nobody' })).toThrow(
      'BLOCKING_SERVINGS: no serving "nobody"; there are',
    );
  });

  it('gives what is in flight as long as its serving may take before it forces the end', () => {
    expect(readConfig({ UPSTREAM_TIMEOUT_MS: '2000' }).stopTimeoutMs).toBe(7000);
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it.each([
    ['PORT', 'http', 'PORT="http": give a whole number from 0 to 65535'],
    ['PORT', '70000', 'PORT="70000": give a whole number from 0 to 65535'],
    ['PROCESSES', '0', 'PROCESSES="0": give a whole number from 1 to 1024'],
    ['PROCESSES', '1.5', 'PROCESSES="1.5": give a whole number from 1 to 1024'],
    ['UPSTREAM_TIMEOUT_MS', '-1', 'UPSTREAM_TIMEOUT_MS="-1": give a whole number'],
    ['MAX_IN_FLIGHT', '0', 'MAX_IN_FLIGHT="0"'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL="loud": give one of fatal, error, warn'],
    ['SERVING_HOST', 'a b', 'SERVING_HOST: "http://a b:8080" is no base URL'],
    ['WEIGHTS_TRAINED', '{"nope":true}', 'WEIGHTS_TRAINED: no serving "nope"; there are'],
    ['WEIGHTS_TRAINED', '{"flask":"no"}', 'WEIGHTS_TRAINED: give true or false for "flask"'],
    ['SERVING_URLS', '[]', 'SERVING_URLS: give a JSON object'],
    ['SERVING_URLS', '{', 'SERVING_URLS: give a JSON object'],
    [
      'SERVING_URLS',
      '{"nope":"http://a"}',
      'SERVING_URLS: no serving "nope"; there are torchserve',
    ],
    [
      'SERVING_URLS',
      '{"tfserving":5}',
      'SERVING_URLS: give a base URL for "tfserving", or {"rest": URL, "grpc": URL}',
    ],
    ['SERVING_URLS', '{"tfserving":null}', 'give a base URL for "tfserving"'],
    [
      'SERVING_URLS',
      '{"tfserving":{"soap":"http://a"}}',
      'SERVING_URLS: "tfserving" has no protocol "soap"; it speaks rest, grpc',
    ],
    ['SERVING_URLS', '{"tfserving":{"grpc":"a:1"}}', '"a:1" is no base URL'],
    ['SERVING_URLS', '{"tfserving":{"grpc":5}}', '"5" is no base URL'],
    ['SERVING_URLS', '{"tfserving":"ftp://a"}', '"ftp://a" is no base URL'],
    ['SERVING_URLS', '{"tfserving":"http://a/b"}', '"http://a/b" is no base URL'],
  ])('refuses %s=%s with the way out', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });
});
