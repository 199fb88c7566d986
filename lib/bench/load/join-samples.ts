import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const lines = async (file: Buffer): Promise<{ header: string; rows: string }> => {
  const text = (await promisify(gunzip)(file)).toString('utf8');
  const end = text.indexOf('\n') + 1;
  return { header: text.slice(0, end), rows: text.slice(end) };
};

/**
 * The raw samples of a load that several machines sent, in one file like that of one machine: gzipped CSV, times from the
 * start that all share.
 *
 * @throws Error where they have different columns, or are no such files.
 */
export const joinRawSamples = async (files: readonly Buffer[]): Promise<Buffer> => {
  const parts = await Promise.all(files.map(lines));
  const headers = new Set(parts.map(({ header }) => header));
  const [header = ''] = headers;
  if (headers.size !== 1 || header === '') {
    throw new Error('the raw samples of the load nodes have different columns');
  }
  return promisify(gzip)(header + parts.map(({ rows }) => rows).join(''));
};
