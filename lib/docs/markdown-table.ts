/** A Markdown table of rows of cells; the first is its head. */
export const markdownTable = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows.map((cells) =>
    cells.map((cell) => cell.replaceAll('|', '\\|')),
  );
  return [head, head.map(() => '---'), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};
