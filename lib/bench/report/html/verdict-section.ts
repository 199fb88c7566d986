import { counted } from '../../wording/counted.ts';
import { byWeight } from '../../analysis/verdicts/headline.ts';
import type { Summary } from '../../analysis/summary.ts';
import type { Verdict, VerdictFamily } from '../../analysis/verdicts/verdict.ts';
import {
  familyTitle,
  headlinesOf,
  neededColumns,
  otherFamilies,
  verdictFootnote,
  type Headline,
} from '../verdict-texts.ts';
import { columnTable } from './column-table.ts';
import { html, type Markup } from './markup.ts';

/** A page with more verdicts than these at other loads would be too large; they are in verdicts.csv. */
const MOST_OTHERS = 500;

/** Longer tables are folded: the sentences above them say the gravest. */
const OPEN_ROWS = 15;

/** A table of verdicts; a reason that all share that are withheld stands once below it, others below their words. */
const verdictTable = (
  caption: string,
  verdicts: readonly Verdict[],
  labels: ReadonlyMap<string, string>,
): Markup => {
  const reasons = [...new Set(verdicts.flatMap(({ withheld }) => withheld ?? []))];
  const columns = neededColumns(verdicts, labels).filter(({ key }) => key !== 'withheld');
  return reasons.length > 1
    ? columnTable(
        caption,
        columns.map((column) =>
          column.key === 'word' ? { ...column, note: ({ withheld }: Verdict) => withheld } : column,
        ),
        verdicts,
      )
    : html`${columnTable(caption, columns, verdicts)}${reasons.map((reason) => html`<p class="meta">Withheld: ${reason}</p>`)}`;
};

const familyTable = (
  family: VerdictFamily,
  verdicts: readonly Verdict[],
  labels: ReadonlyMap<string, string>,
): Markup => {
  const caption = `Verdicts: ${familyTitle(family)}`;
  const table = verdictTable(caption, verdicts, labels);
  return verdicts.length <= OPEN_ROWS
    ? table
    : html`<details>
        <summary>${caption}: ${verdicts.length} pairs</summary>
        ${table}
      </details>`;
};

const headlineMarkup = (
  { family, title, sentences, remarks, rows }: Headline,
  labels: ReadonlyMap<string, string>,
): Markup => {
  const items = sentences.map((sentence) => html`<li>${sentence}</li>`);
  const list =
    items.length === 0
      ? undefined
      : html`<ul class="verdicts">
          ${items}
        </ul>`;
  return html`<h3>${title}</h3>
    ${list} ${remarks.map((remark) => html`<p>${remark}</p>`)}
    <p class="meta">${family.basis}</p>
    ${familyTable(family, rows, labels)}`;
};

const othersMarkup = (
  families: readonly VerdictFamily[],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const count = families.reduce((total, { verdicts }) => total + verdicts.length, 0);
  if (count === 0) return undefined;
  if (count > MOST_OTHERS) {
    return html`<p>The ${count} verdicts at other loads are in verdicts.csv beside this page.</p>`;
  }
  return html`<details>
    <summary>${counted(count, 'verdict')} at other loads</summary>
    ${families.map((family) => familyTable(family, byWeight(family.verdicts), labels))}
  </details>`;
};

/** What the run says of each pair of targets: sentences first, then the figures behind them. Undefined where there are no pairs. */
export const verdictSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const headlines = headlinesOf(summary);
  if (headlines.length === 0) return undefined;
  return html`<section id="verdicts">
    <h2>Verdicts</h2>
    ${headlines.map((headline) => headlineMarkup(headline, labels))}
    ${othersMarkup(otherFamilies(summary), labels)}
    <details class="note">
      <summary>How to read these figures</summary>
      <p>${verdictFootnote(summary)}</p>
    </details>
  </section>`;
};
