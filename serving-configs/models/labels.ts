import { readFileSync } from 'node:fs';

/**
 * The English names of the classes of a model. For ImageNet, these are the short WordNet names as PyTorch's model libraries list them.
 * They are unique, so that the names in an answer identify the classes.
 */
export interface ClassLabels {
  /** The absolute path of the file with the names, one per line. */
  readonly file: string;
  /** By index of the class: as many as there are scores in an answer. */
  readonly names: readonly string[];
  /** @throws RangeError if there is no such class. */
  readonly nameOf: (index: number) => string;
  /** The index of the class with exactly this name; undefined if there is none. */
  readonly indexOf: (name: string) => number | undefined;
}

export const readLabels = (file: string): ClassLabels => {
  const names = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
  const indexByName = new Map(names.map((name, index) => [name, index]));
  return {
    file,
    names,
    nameOf: (index) => {
      const name = names[index];
      if (name === undefined) throw new RangeError(`no class ${index}: there are ${names.length}`);
      return name;
    },
    indexOf: (name) => indexByName.get(name),
  };
};
