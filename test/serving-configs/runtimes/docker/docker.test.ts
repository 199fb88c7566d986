import { once } from 'node:events';
import { Readable } from 'node:stream';
import { problemFrom, tellLines } from '../../../../serving-configs/runtimes/docker/docker.ts';

describe('what Docker says when it fails', () => {
  it.each([
    [
      'failed to register layer: write /usr/lib/x: no space left on device',
      'the disk is full',
      'docker system prune',
    ],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'the Docker daemon does not answer',
      'start it',
    ],
    [
      'error waiting for container: unexpected EOF',
      'the Docker daemon does not answer',
      'start it',
    ],
    [
      'Bind for 127.0.0.1:8080 failed: port is already allocated.',
      'a port of it is taken',
      'stop what listens there',
    ],
    [
      'could not select device driver "" with capabilities: [[gpu]].',
      'Docker cannot give it the GPU',
      'NVIDIA Container Toolkit',
    ],
    [
      'Get "https://example.com/v2/": dial tcp: lookup example.com: no such host',
      'the network or the registry cannot be reached',
      'SERVING_COMPARE_REGISTRY',
    ],
    [
      'pull access denied for a, repository does not exist or may require docker login',
      'the registry does not have it',
      '"images"',
    ],
    [
      'Error response from daemon: manifest for a:1 not found: manifest unknown',
      'the registry does not have it',
      '"images"',
    ],
    ['docker.io/library/a:1: not found', 'the registry does not have it', '"images"'],
    [
      'failed to connect to the docker API at tcp://127.0.0.1:1: dial tcp: connection refused',
      'the Docker daemon does not answer',
      'start it',
    ],
    [
      'toomanyrequests: You have reached your unauthenticated pull rate limit',
      'the registry limits how much it gives',
      'docker login',
    ],
    [
      'Get "https://example.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'the certificate of the registry is not trusted',
      '/etc/docker/certs.d',
    ],
    [
      'unauthorized: authentication required',
      'the registry wants to know who asks',
      'docker login',
    ],
    [
      'Get "https://example.com/v2/": context deadline exceeded',
      'the network or the registry cannot be reached',
      'SERVING_COMPARE_REGISTRY',
    ],
    [
      "HTTPSConnectionPool(host='example.com', port=443): Max retries exceeded with url: /simple/",
      'a build could not reach a package registry',
      'containers on this machine',
    ],
  ])('is explained: %s', (line, why, remedy) => {
    const { message, hint } = problemFrom('cannot do it', ['Step 1/2 : FROM a', line]);

    expect(message).toBe(`cannot do it: ${why} (${line})`);
    expect(hint).toContain(remedy);
  });

  it('is found where BuildKit shows the Dockerfile behind it', () => {
    const { message } = problemFrom('cannot build it', [
      '#7 1.234 ERROR: Hash mismatch',
      '------',
      ' > [3/4] RUN pip install x:',
      '1.234 ERROR: Hash mismatch',
      '------',
      'Dockerfile:9',
      '--------------------',
      '   9 | >>> RUN pip install x',
      '--------------------',
      'ERROR: failed to solve: process "/bin/sh -c pip install x" did not complete successfully: exit code: 1',
    ]);

    expect(message).toBe('cannot build it: 1.234 ERROR: Hash mismatch');
  });

  it('is told as it is where the reason is unknown: the last error, and not which step failed', () => {
    const { message } = problemFrom('cannot build it', [
      'Step 3/4 : RUN pip install x',
      'ERROR: Hash mismatch',
      "The command '/bin/sh -c pip install x' returned a non-zero code: 1",
    ]);

    expect(message).toBe('cannot build it: ERROR: Hash mismatch');
  });

  it('is read without the colours that its builder gives to errors', async () => {
    const printed = Readable.from(['\u001B[91mERROR: Hash mismatch\u001B[0m\n']);
    const lines: string[] = [];
    tellLines(printed, (line) => lines.push(line));
    await once(printed, 'close');

    expect(lines).toEqual(['ERROR: Hash mismatch']);
  });

  it('tells a daemon that is gone from everything else', () => {
    const gone = ['docker', 'Cannot connect to the Docker daemon at unix:///x.'];

    expect(problemFrom('x', gone).daemonIsGone).toBe(true);
    expect(problemFrom('x', ['no space left on device']).daemonIsGone).toBe(false);
  });
});
