import { pathId, type Path } from '../model/cell.ts';
import type { AnswerCheck, ResultRecord } from '../model/record.ts';
import { comparePaths } from './row-order.ts';
import { wrongText } from './wrong-answer.ts';

/** How the paths of a run treat one picture that decoders treat differently. */
export interface OddPicture {
  readonly file: string;
  /** Paths that answer to it as the direct computation does. */
  readonly alike: number;
  /** The others, with what each answers instead. */
  readonly unlike: readonly { readonly path: Path; readonly what: string }[];
}

/**
 * The odd pictures of a run, in the order in which they were sent. A path that was checked again counts as it answered at
 * last. Empty where none were sent.
 */
export const oddPicturesOf = (records: readonly ResultRecord[]): readonly OddPicture[] => {
  const checks = new Map<string, AnswerCheck>();
  for (const record of records) {
    if (record.kind === 'check' && record.odd !== undefined) {
      checks.set(pathId(record.path), record);
    }
  }
  const inOrder = [...checks.values()].toSorted((a, b) => comparePaths(a.path, b.path));
  const files = new Set(inOrder.flatMap(({ odd = [] }) => odd.map(({ file }) => file)));
  return [...files].map((file) => {
    const answers = inOrder.flatMap(({ path, odd = [] }) =>
      odd.filter((image) => image.file === file).map((image) => ({ path, what: wrongText(image) })),
    );
    const unlike = answers.flatMap(({ path, what }) =>
      what === undefined ? [] : [{ path, what }],
    );
    return { file, alike: answers.length - unlike.length, unlike };
  });
};
