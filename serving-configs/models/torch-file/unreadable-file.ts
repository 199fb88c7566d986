/** Says that bytes are no file of weights that we read. The message says where and why. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}
