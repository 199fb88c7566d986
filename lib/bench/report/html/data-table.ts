import { html, type Markup } from './markup.ts';

export interface DataTable {
  /** Read out before the table, and shown above it. */
  readonly caption: string;
  readonly columns: readonly {
    readonly title: string;
    readonly unit?: string;
    readonly isFigure?: boolean;
  }[];
  /** Whole `<tr>` elements. */
  readonly rows: readonly Markup[];
}

/** A table that scrolls sideways where it is wider than the screen, and can be scrolled by keyboard. */
export const dataTable = ({ caption, columns, rows }: DataTable): Markup =>
  html` <div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title, unit, isFigure }) => {
            const small = unit === undefined ? undefined : html`<small>${unit}</small>`;
            return isFigure === true
              ? html`<th scope="col" class="n">${title}${small}</th>`
              : html`<th scope="col">${title}${small}</th>`;
          })}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
