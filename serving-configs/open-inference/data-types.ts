/** Bytes of one element by the names of the protocol's types; those of BYTES have no fixed size. */
export const ELEMENT_BYTES: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['UINT8', 1],
  ['UINT16', 2],
  ['UINT32', 4],
  ['UINT64', 8],
  ['INT8', 1],
  ['INT16', 2],
  ['INT32', 4],
  ['INT64', 8],
  ['FP16', 2],
  ['FP32', 4],
  ['FP64', 8],
]);
