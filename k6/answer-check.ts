/** What a correct answer contains: at the JSON pointer (RFC 6901), the value for the image that was sent. */
export interface Expectation {
  readonly pointer: string;
  /** One for each image, in order. */
  readonly values: readonly (string | number)[];
  /** If the server draws the images: the JSON pointer to the image's name in an answer, and all names in the order of `values`. */
  readonly drawn?: { readonly pointer: string; readonly names: readonly string[] };
}

/** Whether the middleware answered that it could not read the answer of a serving, given its status and its header `Infer-Code`. */
export const isNotUnderstood = (status: number, code: unknown): boolean =>
  status === 502 && code === 'INFER_UPSTREAM_MALFORMED';

/** Is added to the status of a serving behind the middleware, to tell it from that of the middleware. */
export const UPSTREAM_STATUS = 1000;

/** The status of a failed answer: that of the serving plus {@link UPSTREAM_STATUS}, if the header `Infer-Upstream-Status` has it. */
export const statusOfFailure = (status: number, upstreamStatus: unknown): number =>
  upstreamStatus === undefined ? status : UPSTREAM_STATUS + Number(upstreamStatus);

/**
 * Compiles a JSON pointer (RFC 6901) to a function that returns the value at the pointer, or undefined if there is none.
 *
 * @throws Error if the text is not a JSON pointer
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
 * Creates a function that checks the body of a 200 against the image that was sent. The body must be JSON and, given an
 * expectation, contain the expected value. With `status`, every body is correct.
 *
 * @throws Error if the expectation's pointer is not a JSON pointer
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
    const expected = expect?.values[imageOf(document, image)];
    return expected !== undefined && valueOf(document) === expected;
  };
};

/** Returns the image that an answer is for: the one that was sent, or the one that the server drew. */
const imageReader = (
  expect: Expectation | undefined,
): ((document: unknown, sent: number) => number) => {
  if (expect?.drawn === undefined) return (_, sent) => sent;
  const nameOf = compilePointer(expect.drawn.pointer);
  const { names } = expect.drawn;
  return (document) => names.indexOf(String(nameOf(document)));
};
