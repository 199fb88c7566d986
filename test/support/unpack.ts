import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** Unpacks the files of a .tar.gz, each with its mode, into a folder. */
export const unpack = async (archive: string, folder: string): Promise<void> => {
  const entries = createReadStream(archive).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    const { name, mode } = entry.header;
    const place = path.join(folder, name);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, await buffer(entry), { mode });
  }
};
