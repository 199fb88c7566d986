import { createWriteStream, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import type { BundledFile } from './file-list.ts';

const addFile = (archive: Pack, { name, file }: BundledFile): Promise<void> =>
  new Promise((resolve, reject) => {
    const header = {
      name,
      // Every file is executable, since Windows does not know which are: packages have programs.
      mode: 0o755,
      // A fixed time, so that the archive depends only on its content. ZIP files, which some model servers need, start at 1980.
      mtime: new Date('2000-01-01T00:00:00Z'),
      uid: 0,
      gid: 0,
      uname: 'root',
      gname: 'root',
    };
    archive.entry(header, readFileSync(file), (error) => {
      if (error) reject(error);
      else resolve();
    });
  });

const fill = async (archive: Pack, files: readonly BundledFile[]): Promise<void> => {
  for (const file of files) await addFile(archive, file);
  archive.finalize();
};

/** Writes a .tar.gz that is identical, byte for byte, whenever it is made from the same files. It appears only when complete. */
export const writeArchive = async (
  archiveFile: string,
  files: readonly BundledFile[],
): Promise<void> => {
  mkdirSync(path.dirname(archiveFile), { recursive: true });
  const unfinished = `${archiveFile}.${process.pid}.unfinished`;
  const archive = pack();
  try {
    await Promise.all([
      fill(archive, files),
      pipeline(archive, createGzip({ level: 6 }), createWriteStream(unfinished)),
    ]);
    renameSync(unfinished, archiveFile);
  } finally {
    rmSync(unfinished, { force: true });
  }
};
