import { isServingName, servingTitle, usageOf } from '../../../serving-configs/index.ts';

const MONTH = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `archived in August 2025`, for everything that lists servings; undefined if the platform is not archived. */
export const archivedWords = (serving: string): string | undefined => {
  if (!isServingName(serving)) return undefined;
  const { archivedOn } = usageOf(serving).maintained;
  return archivedOn && `archived in ${MONTH.format(new Date(archivedOn))}`;
};

/** `TITLE was archived in August 2025`, for each archived serving among some; empty if there is none. */
export const archivedText = (servings: readonly string[]): string =>
  [...new Set(servings)]
    .flatMap((serving) => {
      const words = archivedWords(serving);
      return words === undefined ? [] : [`${servingTitle(serving)} was ${words}.`];
    })
    .join(' ');
