import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildApp, type App } from '../../middleware/app.ts';
import { payloadsOf, type ServingName } from '../../serving-configs/index.ts';
import type { DirectDocument } from '../../serving-configs/reference/direct-answers.ts';
import { runScript } from '../serving-configs/reference/reference-process.ts';
import { cat, imagesDir, NOWHERE, testConfig } from '../support/middleware.ts';
import { send } from './support/exchange.ts';
import { nameOf, probesOf, waysOf } from './support/probes.ts';
import { startReal, startReference, type StartedServing } from './support/real-serving.ts';
import { seenOf } from './support/seen.ts';

/** In what a serving and the reference in its place may differ, by a part of the probe's name, with the reason. */
export type Differences = Readonly<Record<string, string>>;

const TOLERANCE = 1e-3;

interface Scored {
  readonly class: number;
  readonly score: number;
}

/** What each payload of a serving must answer for the picture, computed without any serving. */
const expectedAnswers = async (serving: ServingName): Promise<ReadonlyMap<string, Scored[]>> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'real-'));
  try {
    await copyFile(path.join(imagesDir, 'cat.jpg'), path.join(folder, 'cat.jpg'));
    const targets = payloadsOf(serving).map((payload) => ({ serving, payload }));
    const { stdout, stderr } = await runScript('direct.ts', [
      '--images',
      folder,
      '--targets',
      JSON.stringify(targets),
    ]);
    if (stdout === '') throw new Error(`nothing was computed: ${stderr}`);
    const { answers } = JSON.parse(stdout) as DirectDocument;
    return new Map(answers.map(({ payload, images }) => [payload, [...(images[0]?.top ?? [])]]));
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The words are those of the library that the server was built on. */
const EVERYWHERE: Differences = { 'a method that is none': "the gRPC library's own words" };

/**
 * What every platform must show that is started from its packages: right answers over all its ways, the refusals that the
 * reference serving gives in its place, and a clean end.
 */
export const describeReal = (serving: ServingName, differences: Differences = {}): void => {
  describe(`${serving}, the real one`, () => {
    let real: StartedServing;
    let app: App;
    let expected: ReadonlyMap<string, Scored[]>;

    beforeAll(async () => {
      expected = await expectedAnswers(serving);
      real = await startReal(serving);
      const config = testConfig(NOWHERE);
      app = await buildApp({
        ...config,
        servingUrls: { ...config.servingUrls, [serving]: real.urls },
      });
    }, 240_000);

    afterAll(async () => {
      await app?.http.close();
      await real?.stop();
    }, 60_000);

    it.each(waysOf(serving).map((way) => [nameOf(way), way] as const))(
      'answers a picture right over %s',
      async (_, { protocol, payload, encoding }) => {
        const route = protocol === 'grpc' ? '/grpc/infer' : '/infer';
        const response = await app.http.inject({
          method: 'POST',
          url: `${route}/${serving}?payload=${payload}&encoding=${encoding}`,
          headers: { 'content-type': 'image/jpeg' },
          payload: cat,
        });

        expect({ status: response.statusCode, body: response.json() }).toMatchObject({
          status: 200,
        });
        const { top } = response.json<{ top: readonly Scored[] }>();
        const right = expected.get(payload) ?? [];
        expect(top[0]?.class).toBe(right[0]?.class);
        for (const [place, { score }] of top.entries()) {
          expect(Math.abs(score - (right[place]?.score ?? Number.NaN))).toBeLessThan(TOLERANCE);
        }
      },
      120_000,
    );

    it('answers as the reference serving does in its place', async () => {
      const reference = await startReference(serving);
      try {
        const good = new Set(waysOf(serving).map(nameOf));
        const told: Record<string, unknown> = {};
        const said: Record<string, unknown> = {};
        for (const probe of await probesOf(serving, cat)) {
          const isGood = good.has(probe.name);
          const ours = seenOf(await send(reference.urls, probe), isGood);
          const theirs = seenOf(await send(real.urls, probe), isGood);
          const reason = Object.keys({ ...EVERYWHERE, ...differences }).find((part) =>
            probe.name.includes(part),
          );
          // The status is never free.
          const look = (seen: typeof ours) => (reason === undefined ? seen : seen.status);
          told[probe.name] = look(ours);
          said[probe.name] = look(theirs);
        }
        expect(told).toEqual(said);
      } finally {
        await reference.stop();
      }
    }, 240_000);

    it('leaves no process behind when it is stopped', async () => {
      const before = await real.processes();
      const code = await real.stop();

      expect(before.size).toBeGreaterThan(1);
      expect(code).toBe(0);
      expect([...(await real.processes())]).toEqual([]);
    }, 60_000);
  });
};
