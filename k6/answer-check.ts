/** What a right answer holds: at the JSON pointer (RFC 6901) the value for the image that was sent. */
export interface Expectation {
  readonly pointer: string;
  /** In the order of the images. */
  readonly values: readonly (string | number)[];
}

/**
 * Says whether the body of a 200 is right for the image that was sent: JSON, and where it is known what to expect, with
 * that value at the pointer; with `status` every body is. Throws where the pointer is not one.
 */
export const createAnswerCheck = (
  expect: Expectation | 'status' | undefined,
): ((body: string, image: number) => boolean) => {
  if (expect === 'status') return () => true;
  const tokens = expect === undefined ? [] : tokensOf(expect.pointer);
  return (body, image) => {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return false;
    }
    return expect === undefined || valueAt(value, tokens) === expect.values[image];
  };
};

const tokensOf = (pointer: string): readonly string[] => {
  if (pointer !== '' && !pointer.startsWith('/')) {
    throw new Error(`"${pointer}" is not a JSON pointer: it must be empty or begin with "/".`);
  }
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
};

const valueAt = (document: unknown, tokens: readonly string[]): unknown => {
  let value = document;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[token];
  }
  return value;
};
