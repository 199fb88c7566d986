import { cat } from '../support/middleware.ts';
import { send, SUCCESS, type Probe } from './exchange.ts';
import { FAULTS, faultyProbes, nameOf, probeOf, inputOf, type Fault } from './probes.ts';
import type { Session } from './target.ts';

const WORDS: Readonly<Record<Fault, string>> = {
  unknownModel: 'an unknown model',
  wrongShape: 'a tensor of another shape',
  brokenImage: 'an image that is none, or is cut off',
};

/** Boundaries of forms are random. */
const isSameRequest = (one: Probe, other: Probe): boolean =>
  one.path === other.path && Buffer.compare(one.body, other.body) === 0;

/** What is said to requests that are wrong; and that it goes on behind them. */
export const describeRefusals = (session: Session): void => {
  const { serving, ways, traits } = session;

  for (const fault of FAULTS) {
    const refusal = traits.refusals[fault];
    if ('none' in refusal) {
      it(`has no answer to ${WORDS[fault]}: ${refusal.none}`, async () => {
        // A request that should be wrong is no other than a right one.
        for (const way of ways) {
          const right = probeOf(serving, way, await inputOf(serving, way, cat), nameOf(way));
          const probes = await faultyProbes(serving, way, fault, cat);

          expect(probes.filter((probe) => !isSameRequest(probe, right))).toEqual([]);
        }
      });
      continue;
    }
    it(`refuses ${WORDS[fault]}, and answers the next request`, async () => {
      const said: Record<string, string> = {};
      const expected: Record<string, string | undefined> = {};
      for (const way of ways) {
        for (const probe of await faultyProbes(serving, way, fault, cat)) {
          said[probe.name] = (await send(session.started().urls, probe)).status;
          expected[probe.name] = refusal[nameOf(way)] ?? refusal[way.protocol];
        }
      }

      expect(said).toEqual(expected);
      expect(Object.keys(said)).not.toEqual([]);
      expect((await send(session.started().urls, session.good())).status).toBe(SUCCESS.rest);
    }, 120_000);
  }
};
