import { ecrRegistryOf, ecrRepositoriesOf } from '../../../../lib/aws/config/index.ts';

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

describe('a private registry of ECR', () => {
  it.each([
    [`${HOST}/mirror`, HOST],
    [HOST, HOST],
    [`${HOST}.cn/a:1`, `${HOST}.cn`],
    ['public.ecr.aws/docker/library/python:3', undefined],
    ['registry.example.com/mirror', undefined],
    [`registry.example.com/${HOST}/a`, undefined],
  ])('is found in a name: %s', (name, host) => {
    expect(ecrRegistryOf(name)?.host).toBe(host);
  });

  it('is read below the folder of the mirror, and where single images are', () => {
    const images = {
      flask: `${HOST}/ours/flask:1`,
      kserve: `${HOST}/ours/kserve@sha256:${'a'.repeat(64)}`,
      mms: 'example/mms:1',
    };
    const pathsOf = (registry: string | undefined) =>
      ecrRepositoriesOf({ registry, images }).map(({ repositories }) => repositories);

    expect(pathsOf(`${HOST}/mirror`)).toEqual(['mirror/*', 'ours/flask', 'ours/kserve']);
    expect(pathsOf(HOST)).toEqual(['*', 'ours/flask', 'ours/kserve']);
    expect(pathsOf('registry.example.com')).toEqual(['ours/flask', 'ours/kserve']);
  });
});
