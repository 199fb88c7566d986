/** A table of a report as its readers see it. */
export interface ReadTable {
  /** Of HTML the caption, of Markdown the heading that it stands under. */
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of HTML the measurements that are marked as figures. */
  readonly figures: readonly (readonly string[])[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

const unescaped = (text: string): string =>
  text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity);

/** What stands small in a measurement follows in brackets. */
const measurementText = (markup: string): string =>
  unescaped(
    markup
      .replace(/<small>([\s\S]*?)<\/small>/g, ' ($1)')
      .replace(/<[^>]*>/g, '')
      .replaceAll('\u00a0', ' '),
  )
    .replace(/\s+/g, ' ')
    .trim();

const parts = (markup: string, pattern: RegExp): readonly string[] =>
  [...markup.matchAll(pattern)].map(([, part = '']) => part);

const CELLS = /<(?:td|th)(?: [^>]*)?>([\s\S]*?)<\/(?:td|th)>/g;
const FIGURE_CELLS = /<td class="n">([\s\S]*?)<\/td>/g;

/** All tables of a page, in their order. */
export const htmlTables = (page: string): readonly ReadTable[] =>
  parts(page, /<table>([\s\S]*?)<\/table>/g).map((table) => {
    const [head = '', body = ''] = table.split('</thead>');
    const lines = parts(body, /<tr[^>]*>([\s\S]*?)<\/tr>/g);
    return {
      title: measurementText(/<caption>([\s\S]*?)<\/caption>/.exec(head)?.[1] ?? ''),
      head: parts(head.replace(/<caption>[\s\S]*<\/caption>/, ''), CELLS).map(measurementText),
      rows: lines.map((line) => parts(line, CELLS).map(measurementText)),
      figures: lines.map((line) => parts(line, FIGURE_CELLS).map(measurementText)),
    };
  });

/** The measurements of a line; italics are for the eye only. */
const markdownMeasurements = (line: string): readonly string[] =>
  line
    .replace(/^\| | \|$/g, '')
    .split(/ \| /)
    .map((measurement) =>
      unescaped(
        measurement
          .trim()
          .replace(/^\*([^*]*)\*$/, '$1')
          .replace(/\\(.)/g, '$1'),
      ),
    );

/** All tables of a Markdown text, in their order. */
export const markdownTables = (text: string): readonly ReadTable[] => {
  let title = '';
  return text.split(/\n\n+/).flatMap((block): ReadTable[] => {
    const lines = block.trim().split('\n');
    const heading = /^#+ (.*)/.exec(lines[0] ?? '')?.[1];
    if (heading !== undefined) title = heading.replace(/\\(.)/g, '$1');
    const [head, rule, ...rows] = lines;
    if (head === undefined || rule?.startsWith('| ---') !== true) return [];
    return [
      {
        title,
        head: markdownMeasurements(head),
        rows: rows.map(markdownMeasurements),
        figures: [],
      },
    ];
  });
};

/** The lines of a CSV file (RFC 4180) by the names of their columns. */
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
