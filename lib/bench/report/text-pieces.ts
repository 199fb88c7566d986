/** A write of its own for each line would take most of the time. */
const PIECE_LENGTH = 1 << 20;

/** The same text in fewer and longer pieces; one that is longer itself is not cut. */
export function* textPieces(parts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
