import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  imageSourceOf,
  type ImageSource,
} from '../../serving-configs/runtimes/docker/image-source.ts';
import { runBench } from '../support/bench-cli.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { startDockerDaemon, type DockerDaemon } from './support/docker-daemon.ts';

jest.setTimeout(300_000);

/** Where nothing answers. */
const NO_REGISTRY = '127.0.0.1:1/none';
const choice = { images: {}, registry: NO_REGISTRY };

const sourceOf = (serving: string): ImageSource => {
  const source = imageSourceOf(serving, 'cpu', choice);
  if (source === undefined) throw new Error(`${serving} has no image`);
  return source;
};

let daemon: DockerDaemon;
const cache = newFolder();

const dockerOf = ({ host, env }: DockerDaemon) => ({
  DOCKER_HOST: host,
  DOCKER_CONFIG: env['DOCKER_CONFIG'] ?? '',
});

/** Runs a setup with this daemon and without a registry. */
const setUp = (options: string, env: Readonly<Record<string, string>> = {}) =>
  runBench(`setup --runtime docker ${options}`, {
    ...dockerOf(daemon),
    SERVING_COMPARE_REGISTRY: NO_REGISTRY,
    SERVING_COMPARE_CACHE: cache,
    ...env,
  });

const planOf = (serving: string) =>
  runBench(`plan --runtime docker --servings ${serving}`, {
    ...dockerOf(daemon),
    SERVING_COMPARE_REGISTRY: '',
  });

describe('A setup of which some images cannot be had', () => {
  beforeAll(async () => {
    daemon = await startDockerDaemon();
    const folder = newFolder();
    mkdirSync(path.join(folder, 'files'));
    writeFileSync(path.join(folder, 'files', 'file'), '');
    const archive = path.join(folder, 'files.tar');
    execFileSync('tar', ['--directory', path.join(folder, 'files'), '-cf', archive, '.']);
    const base = sourceOf('flask');
    const bases = base.kind === 'build' ? Object.values(base.bases) : [];
    for (const { name } of [sourceOf('triton_onnx'), ...bases]) {
      await daemon.docker('import', archive, name);
    }
  });
  afterAll(() => daemon.stop());

  it('makes the models of the others, lists what is ready and what is not, and ends with 2', async () => {
    const { exitCode, stdout } = await setUp(
      '--servings torchserve,flask,triton_onnx --weights random',
    );

    expect(exitCode).toBe(2);
    // A pull that fails, and a build that fails: the base image has no shell.
    expect(stdout).toMatch(/^triton_onnx: .* in \S+tritonserver\S*; sha256:/m);
    expect(stdout).toMatch(/^not ready: torchserve: .*\bregistry\b/m);
    expect(stdout).toMatch(/^not ready: flask: .*serving-compare\/flask/m);
    expect(stdout).toMatch(
      /^next:\n +npx serving-compare run --runtime docker --servings triton_onnx$/m,
    );
    expect(existsSync(path.join(cache, 'docker/models/onnx/nchw.onnx'))).toBe(true);
  });

  it('prints the same as JSON', async () => {
    const { exitCode, stdout } = await setUp(
      '--servings torchserve,triton_onnx --weights random --json',
    );
    const { servings } = JSON.parse(stdout) as { readonly servings: readonly object[] };

    expect(exitCode).toBe(2);
    expect(servings).toEqual([
      expect.objectContaining({
        serving: 'torchserve',
        state: 'not-installed',
        reason: expect.stringContaining(`${NO_REGISTRY}/`) as string,
      }),
      expect.objectContaining({ serving: 'triton_onnx', state: 'installed' }),
    ]);
  });

  it('says that the images are enough for an own model if the weights cannot be had', async () => {
    const { exitCode, stdout, stderr } = await setUp('--servings triton_onnx --weights lite0', {
      SERVING_COMPARE_CACHE: newFolder(),
      PIP_NO_INDEX: '1',
    });

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stdout).toMatch(/^not ready: triton_onnx: /);
  });

  it('leaves images that are only found again with the registry of the setup', async () => {
    expect((await planOf('triton_onnx')).stderr).toMatch(
      /\bSERVING_COMPARE_REGISTRY=127\.0\.0\.1:1\/none\b/,
    );
    expect((await planOf('torchserve')).stderr).toMatch(
      /^hint:\n +npx serving-compare setup --runtime docker --servings torchserve$/m,
    );
  });

  it('ends at once if a file of the user with weights does not exist', async () => {
    const { exitCode, stdout, stderr } = await setUp('--servings torchserve --weights nowhere.pth');

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/error: .*nowhere\.pth/);
    expect(stderr).not.toContain('pulling');
  });
});
