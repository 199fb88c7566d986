import { open, SeekMode, type File } from 'k6/experimental/fs';
import { contentTypeOf, type Job } from './job.ts';

/** The limit for the bodies that all virtual users keep together, besides the copy that they share. */
const KEPT_BYTES = 512 * 2 ** 20;

type RequestHeaders = Readonly<Record<string, string>>;

interface Image {
  readonly file: File;
  readonly size: number;
  readonly headers: RequestHeaders;
  kept: ArrayBuffer | undefined;
}

/** The body of a request, with its headers. */
export interface RequestBody {
  /** Null if the server draws the images. */
  readonly bytes: ArrayBuffer | null;
  readonly headers: RequestHeaders;
}

/** Reads the bodies of one virtual user. */
export type BodyReader = (image: number) => RequestBody | Promise<RequestBody>;

/**
 * Opens the images; call it in the init context of k6. The `open()` of k6 would give each virtual user a copy of every file: ten
 * gigabytes for a hundred users and a thousand photographs. `k6/experimental/fs` shares one copy. A virtual user copies a body
 * when it first sends it, and keeps the copy if its share of `KEPT_BYTES` allows, so that sending it again costs nothing.
 */
export const openBodies = async (
  { method, images: files, headers }: Pick<Job, 'method' | 'images' | 'headers'>,
  virtualUsers: number,
): Promise<BodyReader> => {
  if (method === 'GET') return () => ({ bytes: null, headers: {} });
  const images = await Promise.all(files.map((name, index) => openImage(name, headers?.[index])));
  let room = KEPT_BYTES / virtualUsers;
  const read = async (image: Image): Promise<RequestBody> => {
    const bytes = new Uint8Array(image.size);
    await image.file.seek(0, SeekMode.Start);
    await image.file.read(bytes);
    if (image.size <= room) {
      room -= image.size;
      image.kept = bytes.buffer;
    }
    return { bytes: bytes.buffer, headers: image.headers };
  };
  return (index) => {
    const image = images[index];
    if (image === undefined) throw new RangeError(`there is no image ${index}`);
    const { kept } = image;
    return kept === undefined ? read(image) : { bytes: kept, headers: image.headers };
  };
};

const openImage = async (
  name: string,
  headers: RequestHeaders = { 'Content-Type': contentTypeOf(name) },
): Promise<Image> => {
  const file = await open(name);
  const { size } = await file.stat();
  return { file, size, headers, kept: undefined };
};
