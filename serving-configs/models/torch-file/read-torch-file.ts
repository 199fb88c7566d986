import { readLegacyForm } from './legacy-form.ts';
import type { NamedTensor } from './storage.ts';
import { readZipForm } from './zip-form.ts';

/** With which a ZIP archive begins. */
const ZIP = 'PK';

/**
 * Reads the tensors of 32-bit floats from a file that `torch.save` wrote from a `state_dict()`, in the form of torch 1.6
 * and later or in the older one. Nothing in the file can run, and its claims are checked against its length. Tensors of
 * whole numbers, which count training steps, are left out.
 * @throws UnreadableFile where it is not such a file or is cut off.
 */
export const readTorchFile = (bytes: Uint8Array): ReadonlyMap<string, NamedTensor> =>
  Buffer.from(bytes.subarray(0, ZIP.length)).toString('latin1') === ZIP
    ? readZipForm(bytes)
    : readLegacyForm(bytes);
