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

const settled = (name: string, value: string): string => {
  if (FRESH.test(name)) return 'any';
  // Python keeps them in a set, whose order is another one in each process.
  return name === 'allow' ? value.split(', ').toSorted().join(', ') : value;
};

/** An answer in the words in which two servings are compared: what a client can see, less what differs from call to call. */
export interface Seen {
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a failure. */
  readonly body: unknown;
}

const bodyOf = (bytes: Uint8Array): unknown => {
  const text = Buffer.from(bytes).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.trim();
  }
};

/** @param isGood - Whether the answer is a result, whose values are compared elsewhere. */
export const seenOf = ({ status, headers, body, details }: Answer, isGood: boolean): Seen => ({
  status,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !PASSING.has(name))
      .map(([name, value]): [string, string] => [name, settled(name, value)])
      .toSorted(([one], [other]) => one.localeCompare(other)),
  ),
  body: isGood ? undefined : (details ?? bodyOf(body)),
});
