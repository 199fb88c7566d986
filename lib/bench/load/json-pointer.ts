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
