import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import protobuf from 'protobufjs';

/** The signature that servers call where none is named. */
export const DEFAULT_SIGNATURE = 'serving_default';

/** What a signature calls its tensors. */
interface Signature {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface SavedModelMessage {
  readonly meta_graphs?: readonly {
    readonly signature_def?: Readonly<
      Record<string, { readonly inputs?: object; readonly outputs?: object }>
    >;
  }[];
}

const schema = path.join(import.meta.dirname, 'saved_model.proto');

/**
 * What `saved_model.pb` says of the signature that servers call; undefined where it has none.
 * @throws Error where it cannot be read.
 */
export const readSignature = async (file: string): Promise<Signature | undefined> => {
  const { root } = protobuf.parse(readFileSync(schema, 'utf8'), { keepCase: true });
  const type = root.lookupType('tensorflow.SavedModel');
  const { meta_graphs: graphs = [] } = type.toObject(
    type.decode(await readFile(file)),
  ) as SavedModelMessage;
  for (const { signature_def: signatures = {} } of graphs) {
    const { [DEFAULT_SIGNATURE]: signature } = signatures;
    if (signature !== undefined) {
      const { inputs = {}, outputs = {} } = signature;
      return { inputs: Object.keys(inputs), outputs: Object.keys(outputs) };
    }
  }
  return undefined;
};
