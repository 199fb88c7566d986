import type { Answer } from '../../conformance/exchange.ts';

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
export const seenOf = ({ status, headers }: Answer) => ({
  status,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !PASSING.has(name))
      .map(([name, value]): [string, string] => [name, FRESH.test(name) ? 'any' : value])
      .toSorted(([one], [other]) => one.localeCompare(other)),
  ),
});
