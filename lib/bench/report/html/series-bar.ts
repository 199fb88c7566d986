import { targetColour, type TARGET_MARKERS } from '../charts/chart-colours.ts';
import type { TargetLook } from '../charts/target-lines.ts';
import { html, trusted, type Markup } from './markup.ts';

/** The markers of the charts in a box of 12 by 12. */
const SHAPES: Readonly<Record<(typeof TARGET_MARKERS)[number], string>> = {
  circle: 'M6 1a5 5 0 1 0 .01 0Z',
  rect: 'M1 1h10v10h-10Z',
  triangle: 'M6 1l5 10h-10Z',
  diamond: 'M6 0l5 6l-5 6l-5-6Z',
  arrow: 'M6 0l5 12l-5-3l-5 3Z',
};

const swatch = ({ path, marker }: TargetLook): Markup => {
  const { name, light } = targetColour(path);
  return trusted(
    `<svg width="12" height="12" aria-hidden="true"><path class="f-${name}" fill="${light}" d="${SHAPES[marker]}"/></svg>`,
  );
};

/** Buttons that take targets out of all charts and put them back; the script of the page shows them. */
export const seriesBar = (looks: readonly TargetLook[]): Markup | undefined => {
  if (looks.length < 2) return undefined;
  const buttons = looks.map(
    (look) =>
      html`<button type="button" aria-pressed="true" data-path="${look.path}">
        ${swatch(look)}${look.label}
      </button>`,
  );
  return html`<div class="series" role="group" aria-label="Targets shown in the charts" hidden>
    ${buttons}<button type="button">Show all</button>
  </div>`;
};

/** Rules behind the buttons, for as many targets. */
export const seriesRules = (paths: number): string =>
  Array.from({ length: paths }, (_, path) => `.off-${path} [data-p="${path}"]{display:none}`).join(
    '',
  );
