import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  endpointOf,
  manifestOf,
  platformOf,
  portsOf,
  protocolsOf,
  RESNET50,
  servingNames,
  usageOf,
} from '../../serving-configs/index.ts';
import { loadStatistics } from '../../serving-configs/protocols/statistics/load-statistics.ts';

const folder = path.resolve(import.meta.dirname, '../../serving-configs');

describe.each(servingNames)('the manifest of %s', (serving) => {
  const manifest = manifestOf(serving, RESNET50);
  const endpoints = protocolsOf(serving).flatMap((protocol) => endpointOf(serving, protocol) ?? []);

  it('has a container, valid default payloads, and a reader of its statistics', async () => {
    expect(manifest.container).toBeDefined();
    for (const { payloads, defaultPayload } of endpoints) {
      expect(Object.keys(payloads)).toContain(defaultPayload);
    }
    expect((await loadStatistics(serving, RESNET50)) !== undefined).toBe(
      manifest.statistics !== undefined,
    );
  });

  it('has usage facts with dates and public sources, and a call to its own port', () => {
    const { rest } = manifest;
    const { lastRelease, maintained, readOn, call } = usageOf(serving);

    expect([lastRelease.date, readOn].toSorted()).toEqual([
      expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
      readOn,
    ]);
    expect([lastRelease.source, maintained.source]).toEqual([
      expect.stringMatching(/^https:\/\/(?:github\.com|pypi\.org)\//),
      expect.stringMatching(/^https:\/\/github\.com\//),
    ]);
    expect(maintained.state === 'yes').toBe(
      maintained.because === undefined && maintained.archivedOn === undefined,
    );
    expect(call).toContain(`localhost:${rest.port}/`);
  });

  it('passes each of its ports to its container', () => {
    const platformFolder = path.join(folder, 'platforms', platformOf(serving));
    const files = readdirSync(platformFolder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.(?:py|sh|json|yaml|properties|in)$/.test(file),
    );
    const text = [
      ...(manifest.container?.command ?? []),
      ...files.map((file) => readFileSync(path.join(platformFolder, file), 'utf8')),
    ].join('\n');

    expect(portsOf(manifest).filter((port) => !text.includes(String(port)))).toEqual([]);
  });

  it('has a Dockerfile if the manifest names one', () => {
    const { image } = manifest.container ?? {};
    const recipe = image === undefined || 'official' in image ? undefined : image.dockerfile;

    expect(existsSync(path.join(folder, recipe ?? 'README.md'))).toBe(true);
  });
});
