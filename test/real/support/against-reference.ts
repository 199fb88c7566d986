import { send, type Answer } from '../../conformance/exchange.ts';
import { nameOf, probesOf } from '../../conformance/probes.ts';
import { startReference } from '../../conformance/started-serving.ts';
import type { Session } from '../../conformance/target.ts';
import { cat } from '../../support/middleware.ts';

/** Headers that do not depend on the platform. */
const IGNORED_HEADERS = new Set([
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'x-model-trained',
]);

/** Headers whose value differs in each answer. */
const RANDOM_HEADER = /^(x-request-id|x-bentoml-request-id|ce-id|ce-requestid)$/;

/** Status and headers of an answer, without the parts that differ between calls. */
const visiblePartsOf = ({ status, headers }: Answer) => ({
  status,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !IGNORED_HEADERS.has(name))
      .map(([name, value]): [string, string] => [name, RANDOM_HEADER.test(name) ? 'any' : value])
      .toSorted(([a], [b]) => a.localeCompare(b)),
  ),
});

/** Compares a real serving with the simulated server: the headers of results, and the status of health checks and refusals. */
export const describeAgainstReference = ({ serving, ways, started }: Session): void => {
  it('answers like the simulated server', async () => {
    const reference = await startReference(serving);
    try {
      const results = new Set<string>(ways.map(nameOf));
      const simulated: Record<string, unknown> = {};
      const real: Record<string, unknown> = {};
      for (const probe of await probesOf(serving, cat)) {
        const visible = (answer: Answer) =>
          results.has(probe.name) ? visiblePartsOf(answer) : answer.status;
        simulated[probe.name] = visible(await send(reference.urls, probe));
        real[probe.name] = visible(await send(started().urls, probe));
      }
      expect(simulated).toEqual(real);
    } finally {
      await reference.stop();
    }
  });
};
