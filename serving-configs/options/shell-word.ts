/** Quotes a word of a command line that users paste into a shell, if it needs quotes. */
export const shellWord = (text: string): string =>
  /^[\w/:=.,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
