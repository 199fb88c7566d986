import { counted } from '../../wording/counted.ts';
import type { Summary } from '../../analysis/summary.ts';
import { validText } from '../validity-lines.ts';
import { html, type Markup } from './markup.ts';

/** More reasons than these would push what the run came to from the first screen. */
const SHOWN_REASONS = 3;

/** Whether the run can be believed as a whole, and why not; undefined for a summary that does not tell. */
export const validityBanner = (
  summary: Pick<Summary, 'validity' | 'usableRows'>,
): Markup | undefined => {
  const { validity } = summary;
  if (validity === undefined) return undefined;
  if (validity.valid) {
    return html`<p class="validity">
      <strong class="mark passed">${validText(summary)}</strong> No reason was found to distrust the
      run as a whole (<a href="#valid">what was asked</a>).
    </p>`;
  }
  const reasons = validity.reasons.map((reason) => html`<li>${reason}</li>`);
  const more = reasons.slice(SHOWN_REASONS);
  const folded =
    more.length === 0
      ? undefined
      : html`<details>
          <summary>${counted(more.length, 'more reason')}</summary>
          <ul>
            ${more}
          </ul>
        </details>`;
  return html`<div class="validity">
    <p>
      <strong class="mark failed">INVALID</strong> Do not quote its figures (<a href="#valid"
        >what makes a run invalid</a
      >):
    </p>
    <ul>
      ${reasons.slice(0, SHOWN_REASONS)}
    </ul>
    ${folded}
  </div>`;
};
