import { open, SeekMode, type File } from 'k6/experimental/fs';

/** What all virtual users together keep of bodies at most, beside the one copy that they share. */
const KEPT_BYTES = 512 * 2 ** 20;

interface Image {
  readonly file: File;
  readonly size: number;
  readonly contentType: string;
  kept: ArrayBuffer | undefined;
}

/** A body to send. */
export interface Body {
  readonly bytes: ArrayBuffer;
  readonly contentType: string;
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
  files: readonly string[],
  virtualUsers: number,
): Promise<BodyReader> => {
  const images = await Promise.all(files.map(openImage));
  let room = KEPT_BYTES / virtualUsers;
  const read = async (image: Image): Promise<Body> => {
    const bytes = new Uint8Array(image.size);
    await image.file.seek(0, SeekMode.Start);
    await image.file.read(bytes);
    if (image.size <= room) {
      room -= image.size;
      image.kept = bytes.buffer;
    }
    return { bytes: bytes.buffer, contentType: image.contentType };
  };
  return (index) => {
    const image = images[index];
    if (image === undefined) throw new RangeError(`there is no image ${index}`);
    const { kept, contentType } = image;
    return kept === undefined ? read(image) : { bytes: kept, contentType };
  };
};

const openImage = async (name: string): Promise<Image> => {
  const file = await open(name);
  const { size } = await file.stat();
  return { file, size, contentType: contentTypeOf(name), kept: undefined };
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

const contentTypeOf = (name: string): string =>
  CONTENT_TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
