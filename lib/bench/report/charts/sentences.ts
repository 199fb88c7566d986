/** Sentences as a paragraph; those that are empty are left out. */
export const paragraph = (sentences: readonly string[]): string =>
  sentences.filter((sentence) => sentence !== '').join(' ');
