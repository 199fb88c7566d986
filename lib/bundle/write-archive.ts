import { createWriteStream, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import type { PackedFile } from './file-list.ts';

const addFile = (archive: Pack, { name, place, isExecutable }: PackedFile): Promise<void> =>
  new Promise((resolve, reject) => {
    const header = {
      name,
      mode: isExecutable ? 0o755 : 0o644,
      // The archive depends on its content and on nothing else. A ZIP, as model servers take it, knows no year before 1980.
      mtime: new Date('2000-01-01T00:00:00Z'),
      uid: 0,
      gid: 0,
      uname: 'root',
      gname: 'root',
    };
    archive.entry(header, readFileSync(place), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });

const fill = async (archive: Pack, files: readonly PackedFile[]): Promise<void> => {
  for (const file of files) await addFile(archive, file);
  archive.finalize();
};

/**
 * Writes a .tar.gz that is the same, byte for byte, wherever and whenever it is made from the same files. It is at its
 * place only when it is whole.
 */
export const writeArchive = async (place: string, files: readonly PackedFile[]): Promise<void> => {
  mkdirSync(path.dirname(place), { recursive: true });
  const unfinished = `${place}.${process.pid}.unfinished`;
  const archive = pack();
  try {
    await Promise.all([
      fill(archive, files),
      pipeline(archive, createGzip({ level: 6 }), createWriteStream(unfinished)),
    ]);
    renameSync(unfinished, place);
  } finally {
    rmSync(unfinished, { force: true });
  }
};
