/*
 * The model of a report. `report.ts` builds it from a summary and so decides once what the report says; each `render-*.ts` writes
 * it in one format:
 *
 *     Summary ──► Report { title, head, sections }     Section { id, title, blocks }
 *                                                      Block   = text | list | table | charts | fold
 *             ──► DataFile[] (CSV)                     Column  { key, title, unit, value, text }
 *
 * - Pages show each section, a terminal only those that say so; a block or an item may narrow this with `only`. Tables and files list their columns.
 * - A column has each figure twice: as `text` for people and as `value` for programs, both from one function.
 * - Only HTML shows the full sentences of chips. Terminals show no charts and no folds.
 * - summary.json is the summary itself.
 *
 * To add a section, write a file in `sections/` and a line in `report.ts`; to add a column, a line in the file that has the others.
 */
import type { Chart } from './charts/draw-chart.ts';

export type Format = 'html' | 'markdown' | 'terminal';

/** Formats with room for everything; a terminal shows the answer only. */
export const PAGES: readonly Format[] = ['html', 'markdown'];
export const TERMINAL: readonly Format[] = ['terminal'];
export const EVERYWHERE: readonly Format[] = [...PAGES, ...TERMINAL];

interface Placed {
  /** The formats that show it. By default {@link PAGES} for a section, and all that show its section for what is inside. */
  readonly only?: readonly Format[] | undefined;
}

export interface Text extends Placed {
  readonly kind: 'text';
  readonly text: string;
  /** By default an ordinary paragraph. */
  readonly role?: 'statement' | 'title' | 'passed' | 'failed' | 'heading' | 'small' | undefined;
}

export interface Item extends Placed {
  readonly name?: string;
  readonly text: string;
  /** Shown instead of the text. */
  readonly chips?: readonly Chip[];
  /** The text is a command to copy: lines break only between its words. */
  readonly isCommand?: true;
  /** Names of files beside the report, linked instead of the text. */
  readonly files?: readonly string[];
}

export interface List extends Placed {
  readonly kind: 'list';
  readonly items: readonly Item[];
  /** The items of `answers` and `terms` have names; `notices` are warnings. */
  readonly role?: 'answers' | 'terms' | 'notices' | undefined;
}

/** A short word that stands out, such as `passed`. */
export interface Chip {
  readonly kind: 'passed' | 'failed' | 'warned' | 'info';
  readonly text: string;
  /** The full sentence, for tooltips and CSV. */
  readonly long?: string | undefined;
  /** What a screen reader says if the text is only a sign. */
  readonly spoken?: string;
}

/** How a table shows a column. */
export interface ColumnHead {
  readonly title: string;
  readonly unit?: string | undefined;
  /** Aligned to the right. */
  readonly isFigure?: boolean;
  /** Names the rows. */
  readonly isHead?: boolean;
  /** Left out if the terminal is too narrow. */
  readonly isOptional?: true;
  /** Moved below its row if the terminal is too narrow for both. */
  readonly isBelow?: true;
  /** In a terminal, once above the rows that share it. */
  readonly isAbove?: true;
}

export interface Cell {
  readonly column: ColumnHead;
  readonly text: string;
  /** Shown in small type below the text, or in brackets after it. */
  readonly detail: string;
  readonly chips: readonly Chip[];
}

/** A column of tables and files. */
export interface Column<Row> extends ColumnHead {
  /** Its name in CSV. */
  readonly key: string;
  /** For programs; undefined if the row has no value. */
  readonly value: (row: Row) => string | number | boolean | undefined;
  /** For people; `–` or empty if the row has no value. */
  readonly text: (row: Row) => string;
  readonly detail?: ((row: Row) => string) | undefined;
  readonly chips?: (row: Row) => readonly Chip[];
  /** Further columns in CSV, such as the ends of an interval: a suffix to the key, and the value. */
  readonly parts?: readonly (readonly [suffix: string, value: (row: Row) => string])[];
}

export interface TableRow {
  /** A cell for each column of the table. */
  readonly cells: readonly Cell[];
  /** Why the row is greyed. */
  readonly mark: Chip | undefined;
}

export interface Table extends Placed {
  readonly kind: 'table';
  readonly caption: string;
  /** Many narrow columns of signs; HTML writes their titles vertically. */
  readonly isMatrix?: boolean;
  readonly columns: readonly ColumnHead[];
  readonly rows: readonly TableRow[];
}

export interface Charts extends Placed {
  readonly kind: 'charts';
  readonly charts: readonly Chart[];
  /** Part of the head of the report, so that their titles rank as those of sections. */
  readonly isHead?: true;
}

/** Details that few readers need: closed on a screen, open on paper. */
export interface Fold extends Placed {
  readonly kind: 'fold';
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = Text | List | Table | Charts | Fold;

export interface Section extends Placed {
  readonly id: string;
  readonly title: string;
  /** A section without blocks is left out. */
  readonly blocks: readonly Block[];
  /** Closed on a screen, open on paper. */
  readonly isFolded?: boolean;
  /** For few readers: closed in Markdown, too. */
  readonly isReference?: boolean;
  /** A summary beside the title of a folded section: `5 of 6 pairs decided`. */
  readonly gist?: string | undefined;
}

export interface Report {
  /** For the tab of a browser. */
  readonly title: string;
  readonly head: readonly Block[];
  readonly sections: readonly Section[];
}

/** A CSV file with one line per row. */
export interface DataFile {
  readonly name: string;
  readonly head: readonly string[];
  /** Generated while the file is written: a long run has hundreds of thousands of lines. */
  readonly lines: Iterable<readonly string[]>;
  /** Further fields that are the same in every line. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** The text of a chip with a sign, since colour alone is not enough: `✓ no failures`. */
export const signedText = ({ kind, text }: Chip): string =>
  `${kind === 'passed' ? '✓' : kind === 'warned' ? '△' : '✗'} ${text}`;

/** The blocks that a format shows, without the items that it does not. */
export const shownIn = (format: Format, blocks: readonly Block[]): readonly Block[] => {
  const isShown = ({ only }: Placed): boolean => only === undefined || only.includes(format);
  return blocks
    .filter(isShown)
    .map((block) =>
      block.kind === 'list' ? { ...block, items: block.items.filter(isShown) } : block,
    );
};

/** The sections that a format shows, without the blocks that it does not. */
export const sectionsIn = (format: Format, { sections }: Report): readonly Section[] =>
  sections
    .filter(({ only = PAGES }) => only.includes(format))
    .map((section) => ({ ...section, blocks: shownIn(format, section.blocks) }))
    .filter(({ blocks }) => blocks.length > 0);
