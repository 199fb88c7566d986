import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  askRegistry,
  locationOf,
  type ImageAnswer,
} from '../../../../../lib/bench/aws/doctor/registry.ts';
import { listenHttp } from '../../../../support/http-server.ts';

describe('the name of an image', () => {
  it.each([
    ['python:3.11', 'docker.io library/python 3.11'],
    ['pytorch/torchserve', 'docker.io pytorch/torchserve latest'],
    ['public.ecr.aws/docker/library/python:3', 'public.ecr.aws docker/library/python 3'],
    ['localhost/a:1', 'localhost a 1'],
    ['127.0.0.1:5000/a/b:1@sha256:12', '127.0.0.1:5000 a/b sha256:12'],
  ])('%s is read as Docker does', (name, expected) => {
    const { host, repository, reference } = locationOf(name);

    expect(`${host} ${repository} ${reference}`).toBe(expected);
  });
});

const MANIFEST = {
  config: { digest: 'sha256:c', size: 1000 },
  layers: [{ size: 20_000 }, { size: 300_000 }],
};

/** A registry that gives a token to everybody who asks for it, as public registries do. */
const startTokenRegistry = async (
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> => {
  const { url: origin } = await listenHttp((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://registry');
    if (pathname === '/token') {
      const isAsked =
        searchParams.get('service') === 'registry' &&
        searchParams.get('scope') === 'repository:one/image:pull';
      response.end(JSON.stringify({ token: isAsked ? 'secret' : 'wrong' }));
    } else if (request.headers.authorization === 'Bearer secret') {
      response.end(JSON.stringify(answer(request, response)));
    } else {
      const challenge = `Bearer realm="http://${request.headers.host}/token",service="registry",scope="aws"`;
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
    }
  });
  return new URL(origin).host;
};

const ask = async (host: string): Promise<ImageAnswer> =>
  askRegistry(locationOf(`${host}/one/image:1`));

describe('a registry that wants a token', () => {
  it('is asked with one, for the manifest of the right platform, and tells how many pulls are left', async () => {
    const host = await startTokenRegistry((request, response) => {
      response.setHeader('RateLimit-Limit', '100;w=21600');
      response.setHeader('RateLimit-Remaining', '76;w=21600');
      response.setHeader('Docker-Content-Digest', 'sha256:index');
      if (request.url?.endsWith('/manifests/sha256:amd') === true) return MANIFEST;
      return {
        manifests: [
          { digest: 'sha256:arm', platform: { os: 'linux', architecture: 'arm64' } },
          { digest: 'sha256:amd', platform: { os: 'linux', architecture: 'amd64' } },
        ],
      };
    });

    expect(await ask(host)).toEqual({
      state: 'found',
      digest: 'sha256:index',
      sizeBytes: 321_000,
      pulls: { left: 76, limit: 100, hours: 6 },
    });
  });

  it.each([429, 403, 500])('refuses with %d', async (status) => {
    const host = await startTokenRegistry((_, response) => {
      response.writeHead(status);
    });

    expect(await ask(host)).toEqual({ state: 'refused', status });
  });
});

describe('a registry that wants a password', () => {
  it('gets the given one, and refuses without', async () => {
    const { url: origin } = await listenHttp((request, response) => {
      if (request.headers.authorization !== 'Basic c2VjcmV0') {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="ecr"' }).end();
        return;
      }
      const config = { os: 'linux', architecture: 'amd64' };
      response.end(JSON.stringify(request.url?.includes('/blobs/') === true ? config : MANIFEST));
    });
    const location = locationOf(`${new URL(origin).host}/one/image:1`);

    expect(await askRegistry(location, 'c2VjcmV0')).toMatchObject({ state: 'found' });
    expect(await askRegistry(location)).toEqual({ state: 'refused', status: 401 });
  });
});

it('a registry that does not answer is unreachable', async () => {
  expect(await ask('127.0.0.1:9')).toMatchObject({ state: 'unreachable' });
});
