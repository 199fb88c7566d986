import { percentText, scoresText } from '../../analysis/wrong-answer.ts';
import type { Summary } from '../../analysis/summary.ts';
import { targetId } from '../../model/measurement.ts';
import { NO_FIGURE } from '../../wording/format-number.ts';
import { wireLabel } from '../../wording/labels.ts';
import { oddImageLines } from '../odd-image-lines.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';

type Check = Summary['answerChecks'][number];

const targetHead = ({ target }: Check, labels: ReadonlyMap<string, string>): Markup => {
  const id = targetId(target);
  return html`<th scope="row">${labels.get(id) ?? id}<small>${wireLabel(target)}</small></th>`;
};

const shareText = (share: number | undefined): string =>
  share === undefined ? NO_FIGURE : percentText(share);

const checkTable = (answerChecks: readonly Check[], labels: ReadonlyMap<string, string>): Markup =>
  dataTable({
    caption: 'Answers against the direct computation',
    columns: [
      { title: 'Target' },
      { title: 'Engine' },
      { title: 'Right classes', isFigure: true },
      { title: 'Largest difference', unit: 'of the right probability', isFigure: true },
      { title: 'Tolerance', isFigure: true },
      { title: 'Result' },
    ],
    rows: answerChecks.map((answerCheck) => {
      const state = html`<span class="mark ${answerCheck.state}">${answerCheck.state}</span>`;
      const reason = answerCheck.reason === undefined ? undefined : html` ${answerCheck.reason}`;
      return html`<tr>
        ${targetHead(answerCheck, labels)}
        <td>${answerCheck.engine}</td>
        <td class="n">${answerCheck.right} of ${answerCheck.images}</td>
        <td class="n">${shareText(answerCheck.largestRelativeDifference)}</td>
        <td class="n">${percentText(answerCheck.relativeTolerance)}</td>
        <td>${state}${reason}</td>
      </tr>`;
    }),
  });

/** Every image whose answer was not the right one. Undefined where all answers were right. */
const wrongTable = (
  answerChecks: readonly Check[],
  labels: ReadonlyMap<string, string>,
): Markup | undefined => {
  const rows = answerChecks.flatMap((answerCheck) =>
    (answerCheck.wrong ?? []).map((image) => {
      const { answeredClass, expectedClass, error, difference } = image;
      const scores = difference === undefined ? undefined : scoresText(difference);
      return html`<tr>
        ${targetHead(answerCheck, labels)}
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
      { title: 'Target' },
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

/** Whether each target gave the correct answers before its speed was measured. */
export const answerCheckSection = (
  summary: Summary,
  labels: ReadonlyMap<string, string>,
): Markup => {
  const intro =
    'Before its first timed measurement every target was sent each image of the data set. Its best class must be that of a direct computation of the same model, and the probabilities of its best five must lie within the tolerance, a share of the right ones (of 0.001 where they are less). A target with a wrong answer is not measured.';
  const trained = summary.environment.model.trained
    ? undefined
    : html`<p>
        The model’s weights are random, not trained: the check shows that images arrive unchanged
        and answers come back whole, not that a cat is called a cat.
      </p>`;
  const tables =
    summary.answerChecks.length === 0
      ? html`<p>No answer check was recorded.</p>`
      : html`${checkTable(summary.answerChecks, labels)}${wrongTable(summary.answerChecks, labels)}`;
  const lines = oddImageLines(summary, labels).map((line) => html`<li>${line}</li>`);
  const odd =
    lines.length === 0
      ? undefined
      : html`<h3>Images that decoders treat differently</h3>
          <p>
            Sent once to each target, outside the measured load. A difference is a finding about the
            serving and stops nothing.
          </p>
          <ul>
            ${lines}
          </ul>`;
  return html`<section id="answer-checks">
    <h2>Answer checks</h2>
    <p>${intro}</p>
    ${trained}${tables}${odd}
  </section>`;
};
