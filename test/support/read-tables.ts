/** Reads the lines of a CSV file (RFC 4180) as objects with the column names as keys. */
export const csvRecords = (text: string): readonly Readonly<Record<string, string>>[] => {
  const [names = [], ...lines] = text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    );
  return lines.map((fields) =>
    Object.fromEntries(names.map((name, column) => [name, fields[column] ?? ''])),
  );
};
