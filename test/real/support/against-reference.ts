import { send } from '../../conformance/exchange.ts';
import { nameOf, probesOf } from '../../conformance/probes.ts';
import { startReference } from '../../conformance/started-serving.ts';
import type { Session } from '../../conformance/target.ts';
import { cat } from '../../support/middleware.ts';
import { seenOf } from './seen.ts';

/** The words are those of the library that the server was built on. */
const EVERYWHERE = { 'a method that is none': "the gRPC library's own words" };

/** That a client sees nothing else of the reference serving in its place: status, headers and body of whatever it sends. */
export const describeAgainstReference = ({ serving, ways, traits, started }: Session): void => {
  it('answers as the reference serving does in its place', async () => {
    const reference = await startReference(serving);
    try {
      const results = new Set<string>(ways.map(nameOf));
      const free = Object.keys({ ...EVERYWHERE, ...traits.real?.differences });
      const told: Record<string, unknown> = {};
      const said: Record<string, unknown> = {};
      for (const probe of await probesOf(serving, cat)) {
        const isResult = results.has(probe.name);
        const ours = seenOf(await send(reference.urls, probe), isResult);
        const theirs = seenOf(await send(started().urls, probe), isResult);
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
};
