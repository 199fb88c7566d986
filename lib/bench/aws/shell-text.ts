/** For a shell: as it is where that is safe, else in single quotes, which hold everything but themselves. */
export const shellQuoted = (text: string): string =>
  /^[A-Za-z0-9_/:=.,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A command line that a shell takes apart into exactly these words. */
export const shellLine = (words: readonly string[]): string => words.map(shellQuoted).join(' ');
