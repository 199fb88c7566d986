import type { LoadJob } from './job.ts';

/**
 * Turns a JSON pointer (RFC 6901) into a function that reads the value there, undefined if there is none. Throws for other
 * text.
 */
export const compilePointer = (pointer: string): ((document: unknown) => unknown) => {
  if (pointer !== '' && !pointer.startsWith('/')) {
    throw new Error(`"${pointer}" is not a JSON pointer: it must be empty or begin with "/".`);
  }
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
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
 * Whether the body of a 200 is right for the image that was sent: JSON with the expected value at the pointer, if one is
 * expected; with `status`, any body. Throws if the pointer is none.
 */
export const createAnswerCheck = (
  expect: LoadJob['expect'],
): ((body: Buffer, image: number) => boolean) => {
  if (expect === 'status') return () => true;
  const valueOf = expect === undefined ? undefined : compilePointer(expect.pointer);
  const imageOf = imageReader(expect);
  return (body, image) => {
    let document: unknown;
    try {
      document = JSON.parse(body.toString('utf8'));
    } catch {
      return false;
    }
    if (valueOf === undefined) return true;
    const right = expect?.values[imageOf(document, image)];
    return right !== undefined && valueOf(document) === right;
  };
};

/** The image of an answer: the one that was sent, or the one that the server says it drew. */
const imageReader = (
  expect: Exclude<LoadJob['expect'], 'status'>,
): ((document: unknown, sent: number) => number) => {
  if (expect?.drawn === undefined) return (_, sent) => sent;
  const nameOf = compilePointer(expect.drawn.pointer);
  const images = new Map<unknown, number>(expect.drawn.names.map((name, index) => [name, index]));
  return (document) => images.get(nameOf(document)) ?? -1;
};
