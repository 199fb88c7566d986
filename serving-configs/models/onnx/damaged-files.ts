import { open, stat } from 'node:fs/promises';
import protobuf from 'protobufjs';

/** Why a file does not have the content that it should have. */
export interface Damage {
  /** `is cut off`, to be read after the name of the file. */
  readonly says: string;
  readonly hint: string;
}

const HEAD_BYTES = 64;
const LFS_POINTER = 'version https://git-lfs.github.com/';
const CUT_OFF: Damage = { says: 'is cut off', hint: 'copy, download or export it again' };

/** What the size and the first bytes of a file show; undefined if they show no damage. */
const damageAtHead = (head: Uint8Array): Damage | undefined => {
  if (head.length === 0) return { ...CUT_OFF, says: 'is empty' };
  return Buffer.from(head.subarray(0, HEAD_BYTES)).toString('latin1').startsWith(LFS_POINTER)
    ? { says: 'is only a pointer of Git LFS', hint: 'fetch the file itself: git lfs pull' }
    : undefined;
};

/** The tag of `ir_version`, the first field of every ONNX file. */
const FIRST_TAG = 0x08;

/** Whether the last field of an ONNX file ends behind the end of the file. */
const isCutOff = (bytes: Uint8Array): boolean => {
  const reader = protobuf.Reader.create(bytes);
  try {
    while (reader.pos < reader.len) reader.skipType(reader.uint32() & 7);
    return false;
  } catch (error) {
    return bytes[0] === FIRST_TAG && error instanceof RangeError;
  }
};

/** Why the bytes of an ONNX file cannot be read; undefined if they are whole, or no ONNX file at all. */
export const damageOfOnnx = (bytes: Uint8Array): Damage | undefined =>
  damageAtHead(bytes) ?? (isCutOff(bytes) ? CUT_OFF : undefined);

/** Why a file does not have as many bytes as it should have; undefined if it has them. */
export const damageOfShortFile = async (
  file: string,
  wantedBytes: number,
): Promise<Damage | undefined> => {
  if ((await stat(file)).size >= wantedBytes) return undefined;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return damageAtHead(buffer.subarray(0, bytesRead)) ?? CUT_OFF;
  } finally {
    await handle.close();
  }
};
