/** Formats rows of cells as a Markdown table. The first row is the header. */
export const markdownTable = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows.map((cells) =>
    cells.map((cell) => cell.replaceAll('|', '\\|')),
  );
  return [head, head.map(() => '---'), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};
