import type { NamedLine } from '../named-line.ts';
import { html, type Markup } from './markup.ts';

/** Names with what is said of each. */
export const termList = (lines: readonly NamedLine[], kind: 'terms' | 'glance'): Markup =>
  html`<dl class="${kind}">
    ${lines.map(
      ({ name, value }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
