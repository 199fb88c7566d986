import type { Chart } from '../charts/chart.ts';
import type { Markup } from './markup.ts';

/** A section of the page, as its list of contents names it. */
export interface PageSection {
  /** The id of its element. */
  readonly id: string;
  /** A word or two. */
  readonly name: string;
  readonly charts?: readonly Chart[];
  readonly body: Markup;
}

/** The sections that have something to show. */
export const presentSections = (
  all: readonly (Omit<PageSection, 'body'> & { readonly body: Markup | undefined })[],
): readonly PageSection[] =>
  all.flatMap(({ body, ...section }) => (body === undefined ? [] : [{ ...section, body }]));
