import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** Unpacks a .tar.gz into a folder. Files keep their mode. */
export const unpack = async (archive: string, folder: string): Promise<void> => {
  const entries = createReadStream(archive).pipe(createGunzip()).pipe(extract());
  for await (const entry of entries) {
    const { name, mode } = entry.header;
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, await buffer(entry), { mode });
  }
};
