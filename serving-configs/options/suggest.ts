/** How many letters to insert, delete, replace or swap with a neighbour to turn one word into the other. */
const editDistance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const differ = a[row - 1] === b[column - 1] ? 0 : 1;
      const above = rows[row - 1] ?? [];
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + differ,
      );
      if (row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      }
      line.push(least);
    }
    rows.push(line);
  }
  return rows[a.length]?.[b.length] ?? 0;
};

/** The known word that was probably meant; undefined if none is close. */
export const suggest = (word: string, known: readonly string[]): string | undefined => {
  const lower = word.toLowerCase();
  // A letter is close to every short word.
  if (lower.length < 2) return undefined;
  const [best] = known
    .map((candidate) => ({
      candidate,
      // An abbreviation is close, however much is missing.
      edits: lower.length > 2 && candidate.startsWith(lower) ? 1 : editDistance(lower, candidate),
    }))
    .toSorted((a, b) => a.edits - b.edits);
  if (best === undefined) return undefined;
  return best.edits <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
};
