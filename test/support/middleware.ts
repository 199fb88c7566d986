import { readFileSync } from 'node:fs';
import path from 'node:path';

import { buildApp } from '../../middleware/app.ts';
import type { App } from '../../middleware/app.ts';
import { readConfig } from '../../middleware/config.ts';
import type { Config } from '../../middleware/config.ts';
import { servingFactsOf, servingNames } from '../../serving-configs/index.ts';
import type { ServingUrls } from '../../serving-configs/manifest.ts';
import { closeAfterTests } from './close-after-tests.ts';

export const root = path.resolve(import.meta.dirname, '../..');
export const imagesDir = path.join(root, 'k6/images');
export const cat = readFileSync(path.join(imagesDir, 'cat.jpg'));

/** An address at which nothing listens. */
export const NOWHERE = 'http://127.0.0.1:1';

/** URLs of all servings: one address for REST, one for gRPC. */
export const servingUrlsTo = (url: string, grpcUrl: string = NOWHERE): Config['servingUrls'] =>
  Object.fromEntries(
    servingNames.map((id): [string, ServingUrls] => [
      id,
      servingFactsOf(id).grpc === undefined ? { rest: url } : { rest: url, grpc: grpcUrl },
    ]),
  ) as Config['servingUrls'];

/** A configuration with all servings at one address. */
export const testConfig = (url: string, overrides: Partial<Config> = {}): Config => ({
  ...readConfig({ IMAGES_DIR: imagesDir, PROCESSES: '1', LOG_LEVEL: 'silent' }),
  servingUrls: servingUrlsTo(url),
  // UPSTREAM_TIMEOUT_MS sets both timeouts.
  ...(overrides.upstreamTimeoutMs === undefined
    ? {}
    : { upstreamRestTimeoutMs: overrides.upstreamTimeoutMs }),
  ...overrides,
});

/** Builds a middleware that is closed after the tests of the file. */
export const buildTestApp = async (url: string, overrides: Partial<Config> = {}): Promise<App> =>
  closeAfterTests(await buildApp(testConfig(url, overrides)));

/** Sends a body, by default the image of a cat, with the media type of a JPEG. */
export const postImage = async (app: App, url: string, payload: Buffer | string = cat) =>
  app.inject({ method: 'POST', url, headers: { 'content-type': 'image/jpeg' }, payload });

/** Creates the body of a multipart form. */
export const formOf = (
  parts: readonly { readonly name: string; readonly content: Uint8Array | string }[],
  boundary = 'a-boundary',
): { readonly body: Buffer; readonly contentType: string } => {
  const chunks = parts.flatMap(({ name, content }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\nContent-Type: image/jpeg\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  const body = Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
};
