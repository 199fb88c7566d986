import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How many classes ImageNet-1k has, and so how many scores a serving answers. */
export const CLASS_COUNT = 1000;

/**
 * English names of the classes, by index: the short WordNet names in the form in which the model libraries of PyTorch
 * list them. They are unique, so that a serving which answers names can be read back.
 */
const labels = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'imagenet-labels.json'), 'utf8'),
) as readonly string[];

const indexByLabel = new Map(labels.map((label, index) => [label, index]));

/**
 * The name of a class.
 * @throws RangeError where the index is not one of 0 to 999.
 */
export const labelOf = (index: number): string => {
  const label = labels[index];
  if (label === undefined) throw new RangeError(`no class ${index}: ImageNet has 0 to 999`);
  return label;
};

/** The index of a class by its exact name; `undefined` where no class has it. */
export const indexOf = (label: string): number | undefined => indexByLabel.get(label);
