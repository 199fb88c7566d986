import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { processesOn, readConfig } from '../../middleware/config.ts';
import { servingNames } from '../../serving-configs/index.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { userModel } from '../support/middleware-model.ts';

describe('The configuration of the middleware', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [64, 64],
  ])('has, on %i cores, %i processes by default', (cores, processes) => {
    expect(processesOn(cores)).toBe(processes);
  });

  it('counts the cores by default', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      processes: processesOn(availableParallelism()),
      imagesDir: 'k6/images',
      upstreamTimeoutMs: 60_000,
      logLevel: 'warn',
    });
  });

  it('finds every serving at the ports of its manifest on SERVING_HOST', () => {
    const { servingUrls } = readConfig({ SERVING_HOST: '10.0.0.7' });

    expect(Object.keys(servingUrls)).toEqual(servingNames);
    expect(servingUrls.tfserving).toEqual({
      rest: 'http://10.0.0.7:8501',
      grpc: 'http://10.0.0.7:8500',
    });
  });

  it('overrides the address of a serving or of one of its protocols by SERVING_URLS', () => {
    const { servingUrls, expectedServings } = readConfig({
      SERVING_URLS:
        '{"tfserving":"http://localhost:1234/","torchserve":{"grpc":"http://c:3/"},"kserve":{"rest":"http://a:1","grpc":"http://b:2"}}',
    });

    expect(servingUrls.tfserving).toEqual({
      rest: 'http://localhost:1234/',
      grpc: 'http://127.0.0.1:8500',
    });
    expect(servingUrls.torchserve).toEqual({ rest: 'http://127.0.0.1:8080', grpc: 'http://c:3/' });
    expect(servingUrls.kserve).toEqual({ rest: 'http://a:1', grpc: 'http://b:2' });
    expect(new Set(expectedServings)).toEqual(new Set(['kserve', 'torchserve', 'tfserving']));
  });

  it('reads the description of a user’s model, which allows larger bodies and answers', () => {
    const file = path.join(newFolder(), 'model.json');
    writeFileSync(file, JSON.stringify(userModel));

    expect(readConfig({ MODEL: '' })).toMatchObject({
      model: { kind: 'built' },
      maxImageBytes: 20 * 2 ** 20,
      maxAnswerBytes: 2 ** 24,
    });
    expect(readConfig({ MODEL: file })).toMatchObject({
      model: { ...userModel, file },
      maxImageBytes: 2 ** 29,
      maxAnswerBytes: 2 ** 29,
    });
  });

  it('expects all servings when SERVING_URLS names none', () => {
    expect(readConfig({ SERVING_URLS: '{}' }).expectedServings).toEqual(servingNames);
  });

  it('has the same timeout for REST and gRPC by default', () => {
    expect(readConfig({ UPSTREAM_TIMEOUT_MS: '7000' }).upstreamRestTimeoutMs).toBe(7000);
    expect(
      readConfig({ UPSTREAM_TIMEOUT_MS: '7000', UPSTREAM_REST_TIMEOUT_MS: '10' }),
    ).toMatchObject({ upstreamTimeoutMs: 7000, upstreamRestTimeoutMs: 10 });
  });

  it('blocks for no serving and keeps all channels by default', () => {
    expect(readConfig({})).toMatchObject({ blockingServings: [], channelPerCallServings: [] });
    expect(
      readConfig({ BLOCKING_SERVINGS: 'torchserve,tfserving', CHANNEL_PER_CALL_SERVINGS: '' }),
    ).toMatchObject({ blockingServings: ['torchserve', 'tfserving'], channelPerCallServings: [] });
  });

  it('waits at its end for requests in flight as long as a serving may take', () => {
    expect(readConfig({ UPSTREAM_TIMEOUT_MS: '2000' }).stopTimeoutMs).toBe(7000);
  });

  it.each([
    ['PORT', '70000'],
    ['PROCESSES', '1.5'],
    ['MAX_BYTES_IN_FLIGHT', '1'],
    ['LOG_LEVEL', 'loud'],
    ['SERVING_HOST', 'a b'],
    ['WEIGHTS_TRAINED', '{"nope":true}'],
    ['WEIGHTS_TRAINED', '{"flask":"no"}'],
    ['BLOCKING_SERVINGS', 'torchserve,nobody'],
    ['MODEL', '/nowhere/model.json'],
    ['MODEL', 'tsconfig.json'],
    ['SERVING_URLS', '{"nope":"http://a"}'],
    ['SERVING_URLS', '{"tfserving":null}'],
    ['SERVING_URLS', '{"tfserving":{"soap":"http://a"}}'],
    ['SERVING_URLS', '{"tfserving":{"grpc":"a:1"}}'],
    ['SERVING_URLS', '{"tfserving":"ftp://a"}'],
    ['SERVING_URLS', '{"tfserving":"http://a/b"}'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: expect.stringMatching(`^${name}: `) as string,
      }),
    );
  });
});
