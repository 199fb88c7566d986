import { textPieces } from './text-pieces.ts';

const indented = (value: unknown, depth: number): string | undefined =>
  // A text in JSON holds no line break of its own.
  JSON.stringify(value, null, 2)?.replaceAll('\n', `\n${'  '.repeat(depth)}`);

function* partsOf(value: Readonly<Record<string, unknown>>): Generator<string> {
  let before = '{';
  for (const [key, field] of Object.entries(value)) {
    const name = `${before}\n  ${JSON.stringify(key)}: `;
    if (Array.isArray(field) && field.length > 0) {
      let start = `${name}[`;
      for (const item of field as readonly unknown[]) {
        yield `${start}\n    ${indented(item, 2) ?? 'null'}`;
        start = ',';
      }
      yield '\n  ]';
    } else {
      const text = indented(field, 1);
      if (text === undefined) continue;
      yield `${name}${text}`;
    }
    before = ',';
  }
  yield before === '{' ? '{}\n' : '\n}\n';
}

/**
 * What `JSON.stringify(value, null, 2)` gives, and a line break, in pieces: the whole text of a long run takes as much room as
 * the run itself. The items of the object's arrays are made one by one.
 */
export const jsonPieces = (value: Readonly<Record<string, unknown>>): Iterable<string> =>
  textPieces(partsOf(value));
