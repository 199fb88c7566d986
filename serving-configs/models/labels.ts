/**
 * English names of the classes, by index: of ImageNet the short WordNet names in the form in which the model libraries of PyTorch
 * list them. They are unique, so that a serving which answers names can be read back.
 */
import { labels } from './input/classifier.ts';

/** How many scores a serving answers. */
export const CLASS_COUNT = labels.length;

const indexByLabel = new Map(labels.map((label, index) => [label, index]));

/**
 * The name of a class.
 * @throws RangeError where there is none of that index.
 */
export const labelOf = (index: number): string => {
  const label = labels[index];
  if (label === undefined) throw new RangeError(`no class ${index}: there are ${CLASS_COUNT}`);
  return label;
};

/** The index of a class by its exact name; `undefined` where no class has it. */
export const indexOf = (label: string): number | undefined => indexByLabel.get(label);
