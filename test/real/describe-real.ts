import { setTimeout as sleep } from 'node:timers/promises';
import { buildApp, type App } from '../../middleware/app.ts';
import type { Config } from '../../middleware/config.ts';
import { manifestOf, type ServingName } from '../../serving-configs/index.ts';
import { cat, NOWHERE, testConfig } from '../support/middleware.ts';
import { burst } from './support/burst.ts';
import { send, type Probe } from './support/exchange.ts';
import { expectedAnswers, type Scored } from './support/expected-answers.ts';
import { countWhile } from './support/own-times.ts';
import { inputOf, nameOf, probeOf, probesOf, waysOf, type Way } from './support/probes.ts';
import { startReal, startReference, type StartedServing } from './support/real-serving.ts';
import { seenOf } from './support/seen.ts';
import { countEngines, killWorker, whileFrozen } from './support/worker.ts';

/** What one platform shows that others do not. */
export interface Traits {
  /** The command line of the process that computes. */
  readonly worker: RegExp;
  /** What it does with more requests than it can take while nothing is computed. */
  readonly overload:
    | 'waits'
    | {
        readonly sent: number;
        /** At least, where it still computes meanwhile. */
        readonly taken: number;
        /** Where its limit counts only requests that it hands to the process that computes, which must run for that. */
        readonly computes?: true;
        readonly status: string;
        readonly words: string;
      };
  /**
   * What it does when the process that computes is killed: starts it anew, ends as a whole, answers nothing, or answers this
   * from then on. Not looked at where another serving of the platform shows it.
   */
  readonly killed?:
    | 'recovers'
    | 'ends'
    | 'hangs'
    | { readonly status: string; readonly words: string };
  /** In what the reference in its place may differ, by a part of the probe's name, with the reason. */
  readonly differences?: Readonly<Record<string, string>>;
}

const TOLERANCE = 1e-3;
const IN_FLIGHT = 64;
/** More than any platform computes at once, less than any that has a limit takes. */
const WAITING = 20;
const SETTLE_MS = 700;

/** The words are those of the library that the server was built on. */
const EVERYWHERE = { 'a method that is none': "the gRPC library's own words" };

/**
 * What every platform must show that is started from its packages: right answers over all its ways, the refusals that the
 * reference serving gives in its place, what it does under load and after a fault, and a clean end.
 */
export const describeReal = (serving: ServingName, traits: Traits): void => {
  describe(`${serving}, the real one`, () => {
    const ways = waysOf(serving);
    const [firstWay] = ways;
    let real: StartedServing;
    let expected: ReadonlyMap<string, Scored[]>;
    let good: Probe;
    const apps: App[] = [];

    /** The middleware before the serving. */
    const middleware = async (overrides: Partial<Config> = {}): Promise<App> => {
      const config = testConfig(NOWHERE, overrides);
      const servingUrls = { ...config.servingUrls, [serving]: real.urls };
      const app = await buildApp({ ...config, servingUrls });
      apps.push(app);
      return app;
    };

    const ask = (app: App, { protocol, payload, encoding }: Way) =>
      app.http.inject({
        method: 'POST',
        url: `${protocol === 'grpc' ? '/grpc/infer' : '/infer'}/${serving}?payload=${payload}&encoding=${encoding}`,
        headers: { 'content-type': 'image/jpeg' },
        payload: cat,
      });

    beforeAll(async () => {
      if (firstWay === undefined) throw new Error(`${serving} takes nothing`);
      expected = await expectedAnswers(serving);
      real = await startReal(serving);
      good = probeOf(serving, firstWay, await inputOf(serving, firstWay, cat), 'good');
    }, 240_000);

    afterAll(async () => {
      await Promise.all(apps.map(({ http }) => http.close()));
      await real?.stop();
    }, 60_000);

    it.each(ways.map((way) => [nameOf(way), way] as const))(
      'answers a picture right over %s',
      async (_, way) => {
        const response = await ask(await middleware(), way);

        expect({ status: response.statusCode, body: response.json() }).toMatchObject({
          status: 200,
        });
        const { top } = response.json<{ top: readonly Scored[] }>();
        const right = expected.get(way.payload) ?? [];
        expect(top.map((scored) => scored.class)).toEqual(right.map((scored) => scored.class));
        for (const [place, { score }] of top.entries()) {
          expect(Math.abs(score - (right[place]?.score ?? Number.NaN))).toBeLessThan(TOLERANCE);
        }
      },
      120_000,
    );

    it('answers as the reference serving does in its place', async () => {
      const reference = await startReference(serving);
      try {
        const results = new Set(ways.map(nameOf));
        const free = Object.keys({ ...EVERYWHERE, ...traits.differences });
        const told: Record<string, unknown> = {};
        const said: Record<string, unknown> = {};
        for (const probe of await probesOf(serving, cat)) {
          const isResult = results.has(probe.name);
          const ours = seenOf(await send(reference.urls, probe), isResult);
          const theirs = seenOf(await send(real.urls, probe), isResult);
          // The status is never free.
          const isFree = free.some((part) => probe.name.includes(part));
          told[probe.name] = isFree ? ours.status : ours;
          said[probe.name] = isFree ? theirs.status : theirs;
        }
        expect(told).toEqual(said);
      } finally {
        await reference.stop();
      }
    }, 240_000);

    if (manifestOf(serving).statistics !== undefined) {
      it('counts the requests that it got, over all its ways, and tells no more time than they took', async () => {
        const requests = await Promise.all(
          ways.map(async (way) => {
            const probe = probeOf(serving, way, await inputOf(serving, way, cat), nameOf(way));
            return () => send(real.urls, probe);
          }),
        );
        const { count, clientMs, requestMs, queueMs, computeMs } = await countWhile(
          real,
          requests.flatMap((request) => [request, request]),
        );

        expect(count).toBe(2 * ways.length);
        const insideMs = requestMs ?? (queueMs ?? 0) + (computeMs ?? 0);
        expect(insideMs).toBeGreaterThan(0);
        expect(insideMs).toBeLessThanOrEqual(clientMs);
        if (requestMs !== undefined) {
          expect((queueMs ?? 0) + (computeMs ?? 0)).toBeLessThanOrEqual(requestMs);
        }
      }, 120_000);
    }

    it(`answers ${IN_FLIGHT} at once, each of them right`, async () => {
      const app = await middleware();
      const best = expected.get(firstWay?.payload ?? 'tensor')?.[0]?.class;
      const answers = await Promise.all(
        Array.from({ length: IN_FLIGHT }, async (_, index) => {
          const way = ways[index % ways.length];
          return way === undefined ? undefined : ask(app, way);
        }),
      );
      const statuses = new Set(answers.map((answer) => answer?.statusCode));
      const classes = answers
        .filter((_, index) => ways[index % ways.length]?.payload === firstWay?.payload)
        .map((answer) => answer?.json<{ top: readonly Scored[] }>().top[0]?.class);

      expect([...statuses]).toEqual([200]);
      expect(new Set(classes)).toEqual(new Set([best]));
      // One process, in which the engine computes one at a time: as much of the machine as every other platform gets.
      expect(await countEngines(real)).toBe(1);
    }, 240_000);

    it('is told to be late while nothing is computed, and answers afterwards', async () => {
      const hasty = await middleware({ upstreamTimeoutMs: SETTLE_MS });
      const patient = await middleware();
      const late = await whileFrozen(real, traits.worker, () =>
        Promise.all(ways.map((way) => ask(hasty, way))),
      );
      const codes = late.map((answer) => answer.json<{ code: string }>().code);

      expect(new Set(codes)).toEqual(new Set(['INFER_UPSTREAM_TIMEOUT']));
      for (const way of ways) expect((await ask(patient, way)).statusCode).toBe(200);
    }, 120_000);

    const { overload } = traits;
    if (overload === 'waits') {
      it('lets requests wait, however many, while nothing is computed', async () => {
        const { early, late } = await whileFrozen(real, traits.worker, () =>
          burst(real.urls, good, WAITING, SETTLE_MS),
        );

        expect(early).toEqual([]);
        expect(new Set((await late).map(({ status }) => status))).toEqual(new Set(['200']));
      }, 120_000);
    } else if (overload.computes) {
      it(`refuses what is beyond its limit of ${overload.taken}, with ${overload.status}`, async () => {
        const { late } = await burst(real.urls, good, overload.sent, SETTLE_MS);
        const answers = await late;
        const refused = answers.filter(({ status }) => status === overload.status);
        const strange = refused.filter(
          ({ body }) => !Buffer.from(body).toString().includes(overload.words),
        );

        expect(refused.length).toBeGreaterThan(0);
        expect(strange).toEqual([]);
        const taken = answers.filter(({ status }) => status === '200').length;
        expect(taken).toBeGreaterThanOrEqual(overload.taken);
        expect(taken + refused.length).toBe(overload.sent);
      }, 120_000);
    } else {
      it(`refuses what is beyond its limit of ${overload.taken}, with ${overload.status}`, async () => {
        // Small and refused by the application, so that the queue is soon empty again.
        const cheap =
          good.body.length > 100_000 ? good : { ...good, body: Buffer.from('no picture') };
        const { early, late } = await whileFrozen(real, traits.worker, () =>
          burst(real.urls, cheap, overload.sent, SETTLE_MS),
        );
        const words = new Set(early.map(({ body }) => Buffer.from(body).toString()));

        expect(overload.sent - early.length).toBe(overload.taken);
        expect(new Set(early.map(({ status }) => status))).toEqual(new Set([overload.status]));
        expect([...words].filter((text) => !text.includes(overload.words))).toEqual([]);
        expect(await late).toHaveLength(overload.sent);
        expect((await send(real.urls, good)).status).toBe('200');
      }, 120_000);
    }

    const { killed } = traits;
    if (killed === 'recovers') {
      it('computes again after the process that computes was killed', async () => {
        await killWorker(real, traits.worker);
        const deadline = performance.now() + 60_000;
        let status = '';
        while (status !== '200' && performance.now() < deadline) {
          status = await send(real.urls, good).then(
            (answer) => answer.status,
            // A connection that is cut off, or refused for a while.
            () => '',
          );
          if (status !== '200') await sleep(100);
        }

        expect(status).toBe('200');
      }, 120_000);
    } else if (killed === 'ends') {
      it('ends as a whole when the process that computes is killed, and says so', async () => {
        await killWorker(real, traits.worker);

        expect(await real.exited).toBe(1);
        expect(real.words()).toMatch(/^error: .* ended by itself/m);
        expect([...(await real.processes())]).toEqual([]);
      }, 120_000);
    }

    if (killed === 'hangs') {
      it('answers nothing after the process that computes was killed, until it is started anew', async () => {
        await killWorker(real, traits.worker);
        const hasty = await middleware({ upstreamTimeoutMs: 2000 });
        const answers = await Promise.all(ways.map((way) => ask(hasty, way)));

        expect(new Set(answers.map((answer) => answer.json<{ code: string }>().code))).toEqual(
          new Set(['INFER_UPSTREAM_TIMEOUT']),
        );
      }, 120_000);
    }
    if (typeof killed === 'object') {
      it(`answers ${killed.status} after the process that computes was killed, until it is started anew`, async () => {
        await killWorker(real, traits.worker);
        for (let times = 0; times < 5; times += 1) {
          const { status, body } = await send(real.urls, good);

          expect(status).toBe(killed.status);
          expect(Buffer.from(body).toString()).toContain(killed.words);
          await sleep(300);
        }
      }, 120_000);
    }

    it('starts again at the same ports at once, and leaves no process behind', async () => {
      await real.stop();
      expect([...(await real.processes())]).toEqual([]);

      const { rest, grpc } = real.urls;
      const at = ['--port', new URL(rest).port];
      if (grpc !== undefined) at.push('--grpc-port', new URL(grpc).port);
      real = await startReal(serving, ...at);
      expect(real.urls).toEqual({ rest, ...(grpc === undefined ? {} : { grpc }) });
      expect((await send(real.urls, good)).status).toBe('200');

      expect((await real.processes()).size).toBeGreaterThan(2);
      expect(await real.stop()).toBe(0);
      expect([...(await real.processes())]).toEqual([]);
    }, 240_000);
  });
};
