/** Prints a line `SERVING IMAGE` for each serving that this node may run. */
import { fail } from '../reference/fail.ts';
import { imageOf } from './images.ts';

try {
  const { SC_SERVINGS = '', SC_IMAGES } = process.env;
  for (const serving of SC_SERVINGS.split(',').filter((id) => id !== '')) {
    process.stdout.write(`${serving} ${imageOf(serving, SC_IMAGES)}\n`);
  }
} catch (error) {
  fail(error);
}
