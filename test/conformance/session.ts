import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildApp, type App } from '../../middleware/app.ts';
import type { Config } from '../../middleware/config.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import type { ServingUrls } from '../../serving-configs/manifest.ts';
import { cat, imagesDir, NOWHERE, testConfig } from '../support/middleware.ts';
import type { Probe } from './exchange.ts';
import { inputOf, probeOf, waysOf, type Way } from './probes.ts';
import type { StartedServing } from './started-serving.ts';
import type { ExpectedAnswers, Session, Target } from './target.ts';
import type { Traits } from './traits.ts';

/** Photographs whose answers are compared with the direct computation. The first one is `cat`. */
export const IMAGES = ['cat.jpg', 'coffee.jpg', 'rocket.jpg'] as const;

const required = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the serving was not started');
  return value;
};

/** Starts a middleware in front of a serving. */
export const middlewareOf = (
  serving: ServingName,
  urls: ServingUrls,
  overrides: Partial<Config> = {},
): Promise<App> => {
  const config = testConfig(NOWHERE, overrides);
  return buildApp({ ...config, servingUrls: { ...config.servingUrls, [serving]: urls } });
};

/** Starts a serving before the tests of the current block, and stops it after them. */
export const useSession = (serving: ServingName, target: Target, traits: Traits): Session => {
  const ways = waysOf(serving);
  const apps = new Map<string, Promise<App>>();
  let started: StartedServing | undefined;
  let good: Probe | undefined;
  let expected: ExpectedAnswers | undefined;

  beforeAll(async () => {
    const [first] = ways;
    if (first === undefined) throw new Error(`${serving} takes nothing`);
    expected = await target.expectedAnswers(serving);
    started = await target.start(serving);
    good = probeOf(serving, first, await inputOf(serving, first, cat), 'good');
  });

  afterAll(async () => {
    for (const app of apps.values()) await (await app).close();
    await started?.stop();
  });

  return {
    serving,
    target,
    traits,
    ways,
    started: () => required(started),
    good: () => required(good),
    expected: (payload, image) => required(expected)(payload, image),
    middleware: (overrides = {}) => {
      const key = JSON.stringify(overrides);
      const app = apps.get(key) ?? middlewareOf(serving, required(started).urls, overrides);
      apps.set(key, app);
      return app;
    },
    startAgain: async (...args) => {
      started = await target.startAgain(serving, ...args);
      return started;
    },
  };
};

/** Sends an image to a serving through the middleware. */
export const ask = async (
  app: App,
  serving: ServingName,
  { protocol, payload, encoding }: Way,
  image: string = IMAGES[0],
) =>
  app.inject({
    method: 'POST',
    url: `${protocol === 'grpc' ? '/grpc/infer' : '/infer'}/${serving}?payload=${payload}&encoding=${encoding}`,
    headers: { 'content-type': 'image/jpeg' },
    payload: await readFile(path.join(imagesDir, image)),
  });
