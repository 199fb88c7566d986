import { element } from '../charts/svg.ts';
import { markerShape, targetColour, type TargetLook } from '../charts/target-looks.ts';
import { html, trusted, type Markup } from './markup.ts';

const swatch = (slot: number): Markup => {
  const marker = { d: markerShape(slot, 90), fill: targetColour(slot) };
  const size = { width: 14, height: 14, viewBox: '-7 -7 14 14', 'aria-hidden': 'true' };
  return trusted(element('svg', size, element('path', marker)));
};

/** The legend of the charts of a section, whose boxes take targets out of them. */
export const seriesBar = (looks: readonly TargetLook[]): Markup | undefined =>
  looks.length === 0
    ? undefined
    : html`<div class="series" role="group" aria-label="Targets shown in the charts">
        ${looks.map(
          ({ slot, label }) =>
            html`<label>
              <input type="checkbox" value="${slot}" checked />
              ${swatch(slot)} ${label}
            </label>`,
        )}
      </div>`;

/** Rules behind the boxes, for as many slots. */
export const seriesRules = (slots: number): string =>
  Array.from(
    { length: slots },
    (_, slot) =>
      `section:has(.series [value="${slot}"]:not(:checked)) [data-t="${slot}"]{display:none}`,
  ).join('');
