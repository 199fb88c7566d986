/*
 * What a report says, decided once. `report.ts` builds it from a summary; each `render-*.ts` writes it in one format and
 * decides nothing about content:
 *
 *     Summary ──► Report { title, head, sections }     Section { id, title, blocks }
 *                                                      Block   = text | list | table | charts | fold
 *             ──► DataFile[] (CSV)                     Column  { key, title, unit, value, text }
 *
 * - Where something appears is a property of it: of a section `formats`, of a block or an item `only`, of a column its place in the list
 *   that a table or a file is given.
 * - A column says its figure twice: `text` for people in every format, `value` for programs in CSV. Both come from one function.
 * - summary.json is the summary itself.
 *
 * To add a section, write a file in `sections/` and a line in `report.ts`; to add a column, a line in the file that has the others.
 */
import type { Chart } from './charts/plot.ts';

export type Format = 'html' | 'markdown' | 'terminal';

/** Where there is room for all of it: a terminal shows the answer only. */
export const PAGES: readonly Format[] = ['html', 'markdown'];
export const TERMINAL: readonly Format[] = ['terminal'];
export const EVERYWHERE: readonly Format[] = [...PAGES, ...TERMINAL];

interface Placed {
  /** The formats that show it; all that show its section where it is absent. */
  readonly only?: readonly Format[] | undefined;
}

export interface Text extends Placed {
  readonly kind: 'text';
  readonly text: string;
  /** What it is; an ordinary paragraph where it is absent. */
  readonly role?: 'statement' | 'title' | 'passed' | 'failed' | 'heading' | 'small' | undefined;
}

export interface Item extends Placed {
  readonly name?: string;
  readonly text: string;
  /** Stand in the place of the text. */
  readonly chips?: readonly Chip[];
  /** Whether it is to be typed: a line ends between its words. */
  readonly isCommand?: true;
  /** Files beside the report, in the place of the text. */
  readonly files?: readonly string[];
}

/** A fact with its name. */
export interface NamedLine extends Item {
  readonly name: string;
}

export interface List extends Placed {
  readonly kind: 'list';
  readonly items: readonly Item[];
  /** `answers` and `terms` have names, `notices` are warnings. */
  readonly role?: 'answers' | 'terms' | 'notices' | undefined;
}

/** A short word that stands out, such as `passed`, with the sentence behind it. */
export interface Chip {
  readonly kind: 'passed' | 'failed' | 'warned' | 'info';
  readonly text: string;
  readonly long?: string | undefined;
  /** What a screen reader says in the place of a text that is only a sign. */
  readonly spoken?: string;
}

export interface Cell {
  readonly text: string;
  /** In its place where that saves lines of a terminal. */
  readonly short?: string | undefined;
  /** Small below the text, or in brackets behind it. */
  readonly detail: string;
  readonly chips: readonly Chip[];
  /** Why there is no figure. */
  readonly why: string | undefined;
}

/** The head of a column of a table. */
export interface ColumnHead {
  readonly title: string;
  readonly unit?: string | undefined;
  /** Figures stand at the right. */
  readonly isFigure?: boolean;
  /** Names its rows. */
  readonly isHead?: boolean;
  /** Left out where a terminal is too narrow. */
  readonly isOptional?: true;
  /** Stands below its row where a terminal is too narrow for both. */
  readonly isBelow?: true;
}

/** A column of tables and files. */
export interface Column<Row> extends ColumnHead {
  /** Its name in CSV. */
  readonly key: string;
  /** For programs; undefined where there is none. */
  readonly value: (row: Row) => string | number | boolean | undefined;
  /** For people; `–` or nothing where there is none. */
  readonly text: (row: Row) => string;
  readonly short?: (row: Row) => string;
  readonly detail?: ((row: Row) => string) | undefined;
  readonly chips?: (row: Row) => readonly Chip[];
  readonly why?: ((row: Row) => string | undefined) | undefined;
  /** Further columns in CSV, such as the ends of an interval: what follows the key, and the value. */
  readonly parts?: readonly (readonly [suffix: string, value: (row: Row) => string])[];
}

export interface Table extends Placed {
  readonly kind: 'table';
  readonly caption: string;
  /** Many narrow columns of signs: where a format can, their titles stand upright. */
  readonly isMatrix?: boolean;
  readonly columns: readonly ColumnHead[];
  readonly rows: readonly {
    readonly cells: readonly Cell[];
    readonly isGreyed: boolean;
  }[];
}

export interface Charts extends Placed {
  readonly kind: 'charts';
  readonly charts: readonly Chart[];
  /** Those of the head stand right below the title of the report. */
  readonly isHead?: true;
}

/** What few readers need: closed on a screen, open on paper. */
export interface Fold extends Placed {
  readonly kind: 'fold';
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = Text | List | Table | Charts | Fold;

export interface Section {
  readonly id: string;
  readonly title: string;
  /** A section without blocks is left out. */
  readonly blocks: readonly Block[];
  /** {@link PAGES} where it is absent. */
  readonly formats?: readonly Format[];
  /** Closed on a screen, open on paper: all but what most readers look at. */
  readonly isFolded?: boolean;
  /** Beside the title of a closed section, what is in it: `5 of 6 pairs decided`. */
  readonly gist?: string | undefined;
}

export interface Report {
  readonly title: string;
  readonly head: readonly Block[];
  readonly sections: readonly Section[];
}

/** A CSV file: tidy, one line a row. */
export interface DataFile {
  readonly name: string;
  readonly head: readonly string[];
  /** Made one by one as they are written: a long run has hundreds of thousands. */
  readonly lines: Iterable<readonly string[]>;
}

/** A chip of a list with a sign, as colours alone do not tell: `✓ no failures`. */
export const signedText = ({ kind, text }: Chip): string =>
  `${kind === 'passed' ? '✓' : '✗'} ${text}`;

/** The blocks that a format shows, each with the items that it shows there. */
export const shownIn = (format: Format, blocks: readonly Block[]): readonly Block[] => {
  const isShown = ({ only }: Placed): boolean => only === undefined || only.includes(format);
  return blocks
    .filter(isShown)
    .map((block) =>
      block.kind === 'list' ? { ...block, items: block.items.filter(isShown) } : block,
    );
};

/** The sections that a format shows, each with the blocks that it shows there. */
export const sectionsIn = (format: Format, { sections }: Report): readonly Section[] =>
  sections
    .filter(({ formats = PAGES }) => formats.includes(format))
    .map((section) => ({ ...section, blocks: shownIn(format, section.blocks) }))
    .filter(({ blocks }) => blocks.length > 0);
