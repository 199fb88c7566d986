import { STAND_IN_NAMES } from './stand-ins/build-stand-ins.ts';
import {
  officialImages,
  type OfficialImage,
  type OfficialName,
} from './stand-ins/official-images.ts';
import { dockerEnvironment } from './support/docker-environment.ts';

const { docker, image } = dockerEnvironment();

/** The part of an image's description that is compared. Newer clients leave out what is empty. */
interface ImageConfig {
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Env: readonly string[];
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

const configOf = async (name: string): Promise<ImageConfig> =>
  JSON.parse(await docker('image', 'inspect', '--format', '{{json .Config}}', name)) as ImageConfig;

/** Runs a program of an image in place of its server. */
const runInside = (name: OfficialName, program: string, ...args: readonly string[]) =>
  docker('run', '--rm', '--network', 'none', '--entrypoint', program, image(name), ...args);

const portsOf = ({ ExposedPorts = {} }: ImageConfig): readonly number[] =>
  Object.keys(ExposedPorts)
    .map((port) => Number(port.replace('/tcp', '')))
    .toSorted((a, b) => a - b);

describe.each(STAND_IN_NAMES)('the stand-in for %s', (name) => {
  it('says what runs in it', async () => {
    const { Labels } = await configOf(image(name));

    expect(Labels?.['serving-compare.stand-in']).toMatch(/\w/);
  });

  it('can be pulled from the registry by its digest', async () => {
    const text = await docker('image', 'inspect', '--format', '{{json .RepoDigests}}', image(name));

    expect(JSON.parse(text)).toContainEqual(expect.stringContaining('@sha256:'));
  });
});

const table: readonly (readonly [OfficialName, OfficialImage])[] = Object.entries(
  officialImages,
).map(([name, facts]) => [name as OfficialName, facts]);

describe.each(table)('the stand-in for %s, held against the original', (name, official) => {
  it('runs the same command in the same folder as the same user', async () => {
    const config = await configOf(image(name));

    expect({
      // Where nothing is said, the root.
      workdir: config.WorkingDir || '/',
      entrypoint: config.Entrypoint ?? [],
      command: config.Cmd ?? [],
      user: config.User ?? '',
    }).toEqual({
      workdir: official.workdir,
      entrypoint: official.entrypoint,
      command: official.command,
      user: official.user,
    });
  });

  it('exposes the same ports', async () => {
    expect(portsOf(await configOf(image(name)))).toEqual(official.exposedPorts);
  });

  it('has the same variables', async () => {
    const { Env } = await configOf(image(name));
    const wanted = Object.entries(official.environment).map(([key, value]) => `${key}=${value}`);

    expect(Env).toEqual(expect.arrayContaining(wanted));
  });

  it('finds its programs on the PATH', async () => {
    const { Env } = await configOf(image(name));
    const folders = Env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);

    expect(folders?.split(':')).toContain(official.programFolder);
  });

  it('has the same files', async () => {
    const files = await runInside(name, 'ls', '-d', ...official.files);

    expect(files.trim().split('\n').toSorted()).toEqual(official.files.toSorted());
  });

  it('has users with the same ids', async () => {
    const ids: Record<string, number> = {};
    for (const user of Object.keys(official.userIds)) {
      ids[user] = Number(await runInside(name, 'id', '-u', user));
    }

    expect(ids).toEqual(official.userIds);
  });
});
