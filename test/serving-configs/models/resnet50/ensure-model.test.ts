import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureModel } from '../../../../serving-configs/models/resnet50/ensure-model.ts';

jest.setTimeout(180_000);

describe('the seeded model', () => {
  let cache: string;

  beforeAll(async () => {
    cache = await mkdtemp(path.join(tmpdir(), 'seeded-model-'));
  });
  afterAll(() => rm(cache, { recursive: true, force: true }));

  it('is the same file on every machine', async () => {
    const { sha256 } = await ensureModel(cache);

    expect(sha256).toBe('91ac3a9a77a88c44a10e09ac284ffe31f68303c1a8c828500ed433d88526a5aa');
  });

  it('is built once when several ask at the same time, and leaves nothing unfinished', async () => {
    const models = await Promise.all([1, 2, 3].map(() => ensureModel(cache, 7)));

    expect(new Set(models.map(({ sha256 }) => sha256)).size).toBe(1);
    expect((await readdir(path.join(cache, 'models'))).toSorted()).toEqual([
      'resnet50-v1-seed50',
      'resnet50-v1-seed7',
    ]);
  });

  it('takes away what a killed build left behind, but not what is being built', async () => {
    const models = path.join(cache, 'models');
    const killed = spawn(process.execPath, ['-e', '']);
    await once(killed, 'exit');
    const old = path.join(models, `resnet50-v1-seed8.${killed.pid}-a.unfinished`);
    const fresh = path.join(models, `resnet50-v1-seed8.${process.pid}-b.unfinished`);
    await mkdir(old);
    await mkdir(fresh);
    await ensureModel(cache, 8);

    expect(await readdir(models)).not.toContain(path.basename(old));
    expect(await readdir(models)).toContain(path.basename(fresh));
  });

  it('is built again when a file was cut off', async () => {
    const { files, sha256 } = await ensureModel(cache);
    const folder = path.dirname(files.NCHW);
    const weights = path.join(folder, 'resnet50.weights');
    const { size } = await stat(weights);
    await truncate(weights, size - 1);
    const again = await ensureModel(cache);

    expect(again.sha256).toBe(sha256);
    expect((await stat(weights)).size).toBe(size);
  });

  it('stays as it is while it is whole', async () => {
    const { files } = await ensureModel(cache);
    const record = path.join(path.dirname(files.NCHW), 'model.json');
    const before = await stat(record);
    await ensureModel(cache);

    expect((await stat(record)).mtimeMs).toBe(before.mtimeMs);
    expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({ seed: '50' });
  });
});
