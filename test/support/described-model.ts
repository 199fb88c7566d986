import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { twoByTwoModel } from './onnx-models.ts';

/** Writes a model with two inputs and two outputs of different types, and its description. Returns the path of the latter. */
export const describedTwoByTwo = (folder: string): string => {
  writeFileSync(join(folder, 'two.onnx'), twoByTwoModel());
  const sizes = { ids: [1, 3], weights: [1, 3] };
  const description = join(folder, 'own.json');
  writeFileSync(description, JSON.stringify({ model: { onnx: 'two.onnx', sizes } }));
  return description;
};
