import { UsageError } from '../../options/usage-error.ts';
import { readMadeWeights } from './record.ts';
import type { Weights } from './weights.ts';

/**
 * Makes sure that a folder holds nothing made of other weights: all of it would be removed, and a deployment that mounts it
 * would serve another model.
 * @throws UsageError where it does.
 */
export const demandSameWeights = async (
  output: string,
  { title, sha256 }: Pick<Weights, 'title' | 'sha256'>,
): Promise<void> => {
  const made = await readMadeWeights(output);
  if (made === undefined || made.sha256 === sha256) return;
  throw new UsageError(
    `${output} holds what was made of other weights: ${made.title}, and these are ${title}`,
    'give another --output, or remove that folder',
  );
};
