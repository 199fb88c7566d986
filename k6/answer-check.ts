/** What a correct answer holds: at the JSON pointer (RFC 6901) the value for the image that was sent. */
export interface Expectation {
  readonly pointer: string;
  /** In the order of the images. */
  readonly values: readonly (string | number)[];
  /** Where the server draws: the JSON pointer at which its answer names the image, and the names, in the order of `values`. */
  readonly drawn?: { readonly pointer: string; readonly names: readonly string[] };
}

/**
 * Turns a JSON pointer (RFC 6901) into a function that reads the value it points at, undefined where there is none.
 * Throws where the text is not a pointer.
 */
export const compilePointer = (pointer: string): ((document: unknown) => unknown) => {
  if (pointer !== '' && !pointer.startsWith('/')) {
    throw new Error(`"${pointer}" is not a JSON pointer: it must be empty or begin with "/".`);
  }
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'));
  return (document) => {
    let value = document;
    for (const token of tokens) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) {
        return undefined;
      }
      value = (value as Record<string, unknown>)[token];
    }
    return value;
  };
};

/**
 * Says whether the body of a 200 is right for the image that was sent: JSON, and where it is known what to expect, with
 * that value at the pointer; with `status` every body is. Throws where the pointer is not one.
 */
export const createAnswerCheck = (
  expect: Expectation | 'status' | undefined,
): ((body: string, image: number) => boolean) => {
  if (expect === 'status') return () => true;
  const valueOf = expect === undefined ? undefined : compilePointer(expect.pointer);
  const imageOf = imageReader(expect);
  return (body, image) => {
    let document: unknown;
    try {
      document = JSON.parse(body);
    } catch {
      return false;
    }
    if (valueOf === undefined) return true;
    const right = expect?.values[imageOf(document, image)];
    return right !== undefined && valueOf(document) === right;
  };
};

/** Which image an answer is about: the one that was sent, or the one that the server says it drew. */
const imageReader = (
  expect: Expectation | undefined,
): ((document: unknown, sent: number) => number) => {
  if (expect?.drawn === undefined) return (_, sent) => sent;
  const nameOf = compilePointer(expect.drawn.pointer);
  const { names } = expect.drawn;
  return (document) => names.indexOf(String(nameOf(document)));
};
