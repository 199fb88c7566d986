import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { sha256Of } from '../../../serving-configs/models/built-folder.ts';
import {
  ensureFetched,
  type FetchOptions,
  type PublishedFile,
} from '../../../serving-configs/models/fetch-file.ts';
import { UsageError } from '../../../serving-configs/options/usage-error.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import { listenTcp } from '../../support/tcp-server.ts';
import { fileServer } from './file-server.ts';

const { serve } = fileServer();

const bytes = randomBytes(300_000);
const published = (url: string): PublishedFile => ({
  url,
  sizeBytes: bytes.length,
  sha256: sha256Of(bytes),
});
const HINT = 'take another one';

const ensure = (
  folder: string,
  file: PublishedFile,
  options: Partial<FetchOptions> = {},
): Promise<string> =>
  ensureFetched(folder, file, { licence: 'free' }, { hint: HINT, pauseMs: 0, ...options });

/** The message of a failed download, which must leave no files behind. */
const problemOf = async (
  file: PublishedFile,
  options: Partial<FetchOptions> = {},
): Promise<string> => {
  const parent = newFolder();
  const problem: unknown = await ensure(path.join(parent, 'some'), file, options).catch(
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(UsageError);
  expect((problem as UsageError).hint).toBe(HINT);
  expect(readdirSync(parent)).toEqual([]);
  return (problem as UsageError).message;
};

describe('a downloaded file', () => {
  it('is downloaded completely, with progress', async () => {
    const { url, requests } = await serve((response) => response.end(bytes));
    const progress: (readonly [number, number])[] = [];
    const folder = path.join(newFolder(), 'some');
    const file = await ensure(folder, published(url), {
      onProgress: (...bytesOf) => progress.push(bytesOf),
    });

    expect(file).toBe(path.join(folder, 'weights.pth'));
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(progress.map(([received]) => received)).toEqual(
      progress.map(([received]) => received).toSorted((a, b) => a - b),
    );
    expect(progress.at(-1)).toEqual([bytes.length, bytes.length]);
    expect(requests[0]?.['accept-encoding']).toBe('identity');
    expect(JSON.parse(readFileSync(path.join(folder, 'model.json'), 'utf8'))).toMatchObject({
      url,
      licence: 'free',
    });
  });

  it('is downloaded once, and again if it was cut off later', async () => {
    const { url, requests } = await serve((response) => response.end(bytes));
    const folder = path.join(newFolder(), 'some');
    const file = await ensure(folder, published(url));
    await ensure(folder, published(url));
    expect(requests).toHaveLength(1);

    truncateSync(file, 10);
    await ensure(folder, published(url));
    expect(requests).toHaveLength(2);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('appears only when it is complete, for all concurrent callers', async () => {
    const folder = path.join(newFolder(), 'some');
    let early: boolean | undefined;
    const begun: ServerResponse[] = [];
    const { url } = await serve((response) => {
      response.write(bytes.subarray(0, 1000));
      // Both get the rest at the same time; otherwise one might finish, and its folder exist, while the other still downloads.
      if (begun.push(response) < 2) return;
      early = existsSync(folder);
      for (const each of begun) each.end(bytes.subarray(1000));
    });
    const files = await Promise.all([1, 2].map(() => ensure(folder, published(url))));

    expect(early).toBe(false);
    expect(new Set(files).size).toBe(1);
    expect(readFileSync(files[0] ?? '').equals(bytes)).toBe(true);
    expect(readdirSync(path.dirname(folder))).toEqual(['some']);
  });

  it('replaces what a killed process left behind, but not what another process is writing', async () => {
    const folder = path.join(newFolder(), 'some');
    const killed = spawn(process.execPath, ['-e', '']);
    await once(killed, 'exit');
    const [old, fresh] = [killed.pid, process.pid].map((pid) => `other.${pid}-a.unfinished`);
    for (const name of [old, fresh]) mkdirSync(path.join(path.dirname(folder), name ?? ''));
    const { url } = await serve((response) => response.end(bytes));
    await ensure(folder, published(url));

    expect(readdirSync(path.dirname(folder)).toSorted()).toEqual([fresh, 'some']);
  });

  it('is tried three times, even after a broken transfer, and again at the next call', async () => {
    let tries = 0;
    const { url } = await serve((response) => {
      tries += 1;
      if (tries === 5) response.end(bytes);
      else if (tries === 4) response.write(bytes.subarray(0, 9), () => response.socket?.end());
      else response.writeHead(503).end();
    });
    const folder = path.join(newFolder(), 'some');

    await expect(ensure(folder, published(url))).rejects.toThrow(/ 503 /);
    expect(tries).toBe(3);

    const file = await ensure(folder, published(url));
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('is refused if it is a different file of the same size', async () => {
    const other = Buffer.from(bytes).fill(0, 5, 9);
    const { url } = await serve((response) => response.end(other));

    expect(await problemOf(published(url))).toContain(` 300000 bytes, SHA-256 ${sha256Of(other)} `);
  });

  it('is refused if it is longer', async () => {
    const { url } = await serve((response) => response.end(Buffer.concat([bytes, bytes])));

    expect(await problemOf(published(url))).toMatch(/ 300000 bytes: /);
  });

  it('fails if no more data comes', async () => {
    const { url } = await serve((response) => response.write(bytes.subarray(0, 1000)));

    expect(await problemOf(published(url), { stallMs: 100 })).toMatch(
      / \d+ of 300000 bytes: .* 0\.1 s$/,
    );
  });

  it('fails if the server does not have it or does not exist', async () => {
    const { url } = await serve((response) => response.writeHead(404).end());
    const gone = await listenTcp(() => undefined);
    await gone.close();

    expect(await problemOf(published(url))).toBe(
      `cannot fetch ${url}: the server answers 404 Not Found`,
    );
    expect(await problemOf(published(`${gone.url}/weights.pth`))).toMatch(/ECONNREFUSED/);
  });
});
