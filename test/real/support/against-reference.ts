import { send } from '../../conformance/exchange.ts';
import { nameOf, probesOf } from '../../conformance/probes.ts';
import { startReference } from '../../conformance/started-serving.ts';
import type { Session } from '../../conformance/target.ts';
import { cat } from '../../support/middleware.ts';
import { seenOf } from './seen.ts';

/**
 * That a client sees nothing else of the simulated server in its place: the headers of results, and the status of its health and
 * of whatever is refused.
 */
export const describeAgainstReference = ({ serving, ways, started }: Session): void => {
  it('answers as the simulated server does in its place', async () => {
    const reference = await startReference(serving);
    try {
      const results = new Set<string>(ways.map(nameOf));
      const told: Record<string, unknown> = {};
      const said: Record<string, unknown> = {};
      for (const probe of await probesOf(serving, cat)) {
        const ours = await send(reference.urls, probe);
        const theirs = await send(started().urls, probe);
        const isWhole = results.has(probe.name);
        told[probe.name] = isWhole ? seenOf(ours) : ours.status;
        said[probe.name] = isWhole ? seenOf(theirs) : theirs.status;
      }
      expect(told).toEqual(said);
    } finally {
      await reference.stop();
    }
  }, 240_000);
};
