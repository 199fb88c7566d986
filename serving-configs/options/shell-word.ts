/** A word of a command line that is printed to be pasted: as it is where a shell takes it so, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[\w/:=.,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
