import { cat } from '../support/middleware.ts';
import { send, SUCCESS, type Probe } from './exchange.ts';
import { FAULTS, faultyProbes, nameOf, probeOf, inputOf, type Fault } from './probes.ts';
import type { Session } from './target.ts';

const FAULT_NAMES: Readonly<Record<Fault, string>> = {
  unknownModel: 'an unknown model',
  wrongShape: 'a tensor of another shape',
  brokenImage: 'a file that is not an image, or an image that is cut off',
};

/** Ignores headers, because the boundaries of forms are random. */
const isSameRequest = (a: Probe, b: Probe): boolean =>
  a.path === b.path && Buffer.compare(a.body, b.body) === 0;

/** Describes how a serving refuses malformed requests, and that it answers the next ones. */
export const describeRefusals = (session: Session): void => {
  const { serving, ways, traits } = session;

  for (const fault of FAULTS) {
    const refusal = traits.refusals[fault];
    if ('none' in refusal) {
      it(`skips a request with ${FAULT_NAMES[fault]}: ${refusal.none}`, async () => {
        // Requests with the fault are the same as requests without it.
        for (const way of ways) {
          const correct = probeOf(serving, way, await inputOf(serving, way, cat), nameOf(way));
          const probes = await faultyProbes(serving, way, fault, cat);

          expect(probes.filter((probe) => !isSameRequest(probe, correct))).toEqual([]);
        }
      });
      continue;
    }
    it(`refuses ${FAULT_NAMES[fault]}, and answers the next request`, async () => {
      const statuses: Record<string, string> = {};
      const expected: Record<string, string | undefined> = {};
      for (const way of ways) {
        for (const probe of await faultyProbes(serving, way, fault, cat)) {
          statuses[probe.name] = (await send(session.started().urls, probe)).status;
          expected[probe.name] = refusal[nameOf(way)] ?? refusal[way.protocol];
        }
      }

      expect(statuses).toEqual(expected);
      expect(Object.keys(statuses)).not.toEqual([]);
      expect((await send(session.started().urls, session.good())).status).toBe(SUCCESS.rest);
    });
  }
};
