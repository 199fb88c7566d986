/**
 * An object as JSON with a line for each field, and for each item of those that are arrays: small, and still read and compared line
 * by line. In pieces, as the whole text of a long run takes as much room as the run itself.
 */
export function* jsonPieces(value: object): Generator<string> {
  let before = '{';
  for (const [key, field] of Object.entries(value) as [string, unknown][]) {
    if (field === undefined) continue;
    yield `${before}\n${JSON.stringify(key)}: `;
    before = ',';
    if (Array.isArray(field)) {
      let start = '[';
      for (const item of field as readonly unknown[]) {
        yield `${start}\n${JSON.stringify(item)}`;
        start = ',';
      }
      yield start === '[' ? '[]' : '\n]';
    } else {
      yield JSON.stringify(field);
    }
  }
  yield before === '{' ? '{}\n' : '\n}\n';
}
