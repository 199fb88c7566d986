import { readFileSync } from 'node:fs';
import path from 'node:path';

import { buildApp } from '../../middleware/app.ts';
import type { App } from '../../middleware/app.ts';
import { readConfig } from '../../middleware/config.ts';
import type { Config } from '../../middleware/config.ts';
import { manifestOf, servingNames } from '../../serving-configs/index.ts';
import type { ServingUrls } from '../../serving-configs/manifest.ts';

export const root = path.resolve(import.meta.dirname, '../..');
export const imagesDir = path.join(root, 'k6/images');
export const cat = readFileSync(path.join(imagesDir, 'cat.jpg'));

/** An address at which nobody listens. */
export const NOWHERE = 'http://127.0.0.1:1';

/** All servings at one address; those that speak gRPC at another one for that. */
export const servingUrlsTo = (url: string, grpcUrl: string = NOWHERE): Config['servingUrls'] =>
  Object.fromEntries(
    servingNames.map((id): [string, ServingUrls] => [
      id,
      manifestOf(id).grpc === undefined ? { rest: url } : { rest: url, grpc: grpcUrl },
    ]),
  ) as Config['servingUrls'];

/** A configuration for tests in which all servings are at one address, over REST. */
export const testConfig = (url: string, overrides: Partial<Config> = {}): Config => ({
  ...readConfig({ IMAGES_DIR: imagesDir, PROCESSES: '1', LOG_LEVEL: 'silent' }),
  servingUrls: servingUrlsTo(url),
  // As where the environment names one of the two.
  ...(overrides.upstreamTimeoutMs === undefined
    ? {}
    : { upstreamRestTimeoutMs: overrides.upstreamTimeoutMs }),
  ...overrides,
});

export const buildTestApp = async (url: string, overrides: Partial<Config> = {}): Promise<App> =>
  buildApp(testConfig(url, overrides));

/** The body of a form with the given parts. */
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
