import type { OddImage } from '../../analysis/odd-images.ts';
import type { Summary } from '../../analysis/summary.ts';
import { labelOf, type Labels } from '../../wording/labels.ts';

/** What each image of the project is odd in. */
const ODDITIES: Readonly<Record<string, string>> = {
  'four-inks.jpg': 'A CMYK image',
  'grey.jpg': 'A grey image',
  'sideways.jpg': 'An image that its EXIF data turns upright',
};

const lineOf = ({ file, alike, unlike }: OddImage, labels: Labels): string => {
  const what = ODDITIES[file] ?? file;
  if (unlike.length === 0) {
    return `${what} gets from ${alike === 1 ? 'the target' : `all ${alike} targets`} the answer of the direct computation.`;
  }
  const others = unlike.map(({ target, what: answer }) => `${labelOf(labels, target)} (${answer})`);
  const rest = alike === 0 ? 'none answers' : `${alike} answer${alike === 1 ? 's' : ''}`;
  return `${what} is treated differently by ${others.join(', ')}; ${rest} as the direct computation.`;
};

/** One sentence for each odd image, findings and agreements alike. Empty where none were sent. */
export const oddImageLines = ({ oddImages = [] }: Summary, labels: Labels): readonly string[] =>
  oddImages.map((image) => lineOf(image, labels));
