import type { OddPicture } from '../analysis/odd-pictures.ts';
import type { Summary } from '../analysis/summary.ts';
import { pathId } from '../model/cell.ts';

/** What each picture of the project is odd in. */
const ODDITIES: Readonly<Record<string, string>> = {
  'four-inks.jpg': 'A CMYK picture',
  'grey.jpg': 'A grey picture',
  'sideways.jpg': 'A picture that its EXIF data turns upright',
};

const lineOf = (
  { file, alike, unlike }: OddPicture,
  labels: ReadonlyMap<string, string>,
): string => {
  const what = ODDITIES[file] ?? file;
  if (unlike.length === 0) {
    return `${what} gets from ${alike === 1 ? 'the path' : `all ${alike} paths`} the answer of the direct computation.`;
  }
  const others = unlike.map(
    ({ path, what: answer }) => `${labels.get(pathId(path)) ?? pathId(path)} (${answer})`,
  );
  const rest = alike === 0 ? 'none answers' : `${alike} answer${alike === 1 ? 's' : ''}`;
  return `${what} is treated differently by ${others.join(', ')}; ${rest} as the direct computation.`;
};

/** One sentence for each odd picture, findings and agreements alike. Empty where none were sent. */
export const oddPictureLines = (
  { oddPictures = [] }: Summary,
  labels: ReadonlyMap<string, string>,
): readonly string[] => oddPictures.map((picture) => lineOf(picture, labels));
