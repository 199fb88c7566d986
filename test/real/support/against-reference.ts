import { send, type Answer } from '../../conformance/exchange.ts';
import { nameOf, probesOf } from '../../conformance/probes.ts';
import { startReference } from '../../conformance/started-serving.ts';
import type { Session } from '../../conformance/target.ts';
import { cat } from '../../support/middleware.ts';

/** Headers that say nothing about the platform: of one connection, of one moment. */
const PASSING = new Set([
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'x-model-trained',
]);

/** Of these the value is another one each time. */
const FRESH = /^(x-request-id|x-bentoml-request-id|ce-id|ce-requestid)$/;

/** What a client can see of an answer beside its values, less what differs from call to call. */
const seenOf = ({ status, headers }: Answer) => ({
  status,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !PASSING.has(name))
      .map(([name, value]): [string, string] => [name, FRESH.test(name) ? 'any' : value])
      .toSorted(([one], [other]) => one.localeCompare(other)),
  ),
});

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
