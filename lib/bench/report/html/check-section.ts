import { percentText, scoresText } from '../../analysis/wrong-answer.ts';
import type { Summary } from '../../analysis/summary.ts';
import { pathId } from '../../model/cell.ts';
import { NO_FIGURE } from '../../wording/format-number.ts';
import { wireLabel } from '../../wording/labels.ts';
import { oddPictureLines } from '../odd-picture-lines.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

type Check = Summary['checks'][number];

const pathHead = ({ path }: Check, labels: ReadonlyMap<string, string>): Markup => {
  const id = pathId(path);
  return html`<th scope="row">${labels.get(id) ?? id}<small>${wireLabel(path)}</small></th>`;
};

const shareText = (share: number | undefined): string =>
  share === undefined ? NO_FIGURE : percentText(share);

const checkTable = (checks: readonly Check[], labels: ReadonlyMap<string, string>): Markup =>
  dataTable({
    caption: 'Answers against the direct computation',
    columns: [
      { title: 'Path' },
      { title: 'Engine' },
      { title: 'Right classes', isFigure: true },
      { title: 'Largest difference', unit: 'of the right probability', isFigure: true },
      { title: 'Tolerance', isFigure: true },
      { title: 'Result' },
    ],
    rows: checks.map((check) => {
      const state = html`<span class="mark ${check.state}">${check.state}</span>`;
      const reason = check.reason === undefined ? undefined : html` ${check.reason}`;
      return html`<tr>
        ${pathHead(check, labels)}
        <td>${check.engine}</td>
        <td class="n">${check.right} of ${check.images}</td>
        <td class="n">${shareText(check.largestRelativeDifference)}</td>
        <td class="n">${percentText(check.relativeTolerance)}</td>
        <td>${state}${reason}</td>
      </tr>`;
    }),
  });

/** Every image whose answer was not the right one. Undefined where all answers were right. */
const wrongTable = (
  checks: readonly Check[],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = checks.flatMap((check) =>
    (check.wrong ?? []).map((image) => {
      const { answeredClass, expectedClass, error, difference } = image;
      const scores = difference === undefined ? undefined : scoresText(difference);
      return html`<tr>
        ${pathHead(check, labels)}
        <td>${image.file}</td>
        <td class="n">${expectedClass}</td>
        <td class="n">${answeredClass ?? '–'}</td>
        <td class="n">${difference?.class ?? '–'}</td>
        <td class="n">${scores?.expected ?? '–'}</td>
        <td class="n">${scores?.answered ?? '–'}</td>
        <td>${error ?? ''}</td>
      </tr>`;
    }),
  );
  if (rows.length === 0) return undefined;
  return dataTable({
    caption: 'What differed',
    columns: [
      { title: 'Path' },
      { title: 'Image' },
      { title: 'Expected', unit: 'best class', isFigure: true },
      { title: 'Answered', unit: 'best class', isFigure: true },
      { title: 'Farthest off', unit: 'class', isFigure: true },
      { title: 'Expected', unit: 'probability', isFigure: true },
      { title: 'Answered', unit: 'probability', isFigure: true },
      { title: 'Error' },
    ],
    rows,
  });
};

/** Whether each path gave the right answers before its speed was measured. */
export const checkSection = (summary: Summary, labels: ReadonlyMap<string, string>): Markup => {
  const intro =
    'Before its first timed cell every path was sent each image of the data set. Its best class must be that of a direct computation of the same model, and the probabilities of its best five must lie within the tolerance, a share of the right ones (of 0.001 where they are less). A path with a wrong answer is not measured.';
  const trained = summary.environment.model.trained
    ? undefined
    : html`<p>
        The model’s weights are seeded, not trained: the check shows that pictures arrive unchanged
        and answers come back whole, not that a cat is called a cat.
      </p>`;
  const tables =
    summary.checks.length === 0
      ? html`<p>No answer check was recorded.</p>`
      : html`${checkTable(summary.checks, labels)}${wrongTable(summary.checks, labels)}`;
  const lines = oddPictureLines(summary, labels).map((line) => html`<li>${line}</li>`);
  const odd =
    lines.length === 0
      ? undefined
      : html`<h3>Pictures that decoders treat differently</h3>
          <p>
            Sent once to each path, outside the measured load. A difference is a finding about the
            serving and stops nothing.
          </p>
          <ul>
            ${lines}
          </ul>`;
  return html`<section id="checks">
    <h2>Answer checks</h2>
    <p>${intro}</p>
    ${trained}${tables}${odd}
  </section>`;
};
