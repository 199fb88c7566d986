/**
 * The English names of the classes, by index. For ImageNet, these are the short WordNet names as PyTorch's model libraries list them.
 * They are unique, so that the names in an answer identify the classes.
 */
import { labels } from './input/classifier.ts';

/** The number of classes, and of scores in an answer. */
export const CLASS_COUNT = labels.length;

const indexByLabel = new Map(labels.map((label, index) => [label, index]));

/**
 * The name of a class.
 * @throws RangeError if there is no such class.
 */
export const labelOf = (index: number): string => {
  const label = labels[index];
  if (label === undefined) throw new RangeError(`no class ${index}: there are ${CLASS_COUNT}`);
  return label;
};

/** The index of the class with exactly this name; undefined if there is none. */
export const indexOf = (label: string): number | undefined => indexByLabel.get(label);
