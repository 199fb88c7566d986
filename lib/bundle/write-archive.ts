import { createWriteStream, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { sha256Of, type PackedFile } from './file-list.ts';

/** Lists the SHA-256 of every other file in the form that `sha256sum --check` reads. */
export const SUMS_FILE = 'SHA256SUMS';

/** A file that exists only in the archive. */
export interface MadeFile {
  readonly name: string;
  readonly content: string;
}

const addFile = (
  archive: Pack,
  name: string,
  content: Buffer | string,
  isExecutable: boolean,
): Promise<void> =>
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
    archive.entry(header, content, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });

const fill = async (
  archive: Pack,
  files: readonly PackedFile[],
  made: readonly MadeFile[],
): Promise<void> => {
  const sums: string[] = [];
  for (const { name, content } of made) {
    sums.push(`${sha256Of(content)}  ${name}\n`);
    await addFile(archive, name, content, false);
  }
  for (const { name, place, isExecutable } of files) {
    const content = readFileSync(place);
    sums.push(`${sha256Of(content)}  ${name}\n`);
    await addFile(archive, name, content, isExecutable);
  }
  await addFile(archive, SUMS_FILE, sums.join(''), false);
  archive.finalize();
};

/**
 * Writes a .tar.gz that is the same, byte for byte, wherever and whenever it is made from the same files. It is at its
 * place only when it is whole.
 */
export const writeArchive = async (
  place: string,
  files: readonly PackedFile[],
  made: readonly MadeFile[],
): Promise<void> => {
  mkdirSync(path.dirname(place), { recursive: true });
  const unfinished = `${place}.${process.pid}.unfinished`;
  const archive = pack();
  try {
    await Promise.all([
      fill(archive, files, made),
      pipeline(archive, createGzip({ level: 6 }), createWriteStream(unfinished)),
    ]);
    renameSync(unfinished, place);
  } finally {
    rmSync(unfinished, { force: true });
  }
};
