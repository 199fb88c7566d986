import { open, SeekMode, type File } from 'k6/experimental/fs';
import { contentTypeOf, type Job } from './job.ts';

/** What all virtual users together keep of bodies at most, beside the one copy that they share. */
const KEPT_BYTES = 512 * 2 ** 20;

type RequestHeaders = Readonly<Record<string, string>>;

interface Image {
  readonly file: File;
  readonly size: number;
  readonly headers: RequestHeaders;
  kept: ArrayBuffer | undefined;
}

/** A body to send, and the headers that go with it; null: none, the server draws an image. */
export interface Body {
  readonly bytes: ArrayBuffer | null;
  readonly headers: RequestHeaders;
}

/** Reads the bodies of one virtual user. */
export type BodyReader = (image: number) => Body | Promise<Body>;

/**
 * Opens the images, in the init context. `open()` of k6 would give each virtual user a copy of every file: a hundred
 * users and a thousand photographs are ten gigabytes. This module shares one copy; a body is copied out of it when a
 * virtual user first sends it, and kept as long as its share of the memory allows, so that a small data set costs nothing
 * between two requests.
 */
export const openBodies = async (
  { method, images: files, headers }: Pick<Job, 'method' | 'images' | 'headers'>,
  virtualUsers: number,
): Promise<BodyReader> => {
  if (method === 'GET') return () => ({ bytes: null, headers: {} });
  const images = await Promise.all(files.map((name, index) => openImage(name, headers?.[index])));
  let room = KEPT_BYTES / virtualUsers;
  const read = async (image: Image): Promise<Body> => {
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
