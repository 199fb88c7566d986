import { once } from 'node:events';
import { Readable } from 'node:stream';
import { problemFrom, readLines } from '../../../../serving-configs/runtimes/docker/docker.ts';

describe('the output of a failed Docker command', () => {
  it.each([
    ['failed to register layer: write /usr/lib/x: no space left on device', 'docker system prune'],
    ['Bind for 127.0.0.1:8080 failed: port is already allocated.', 'stop the program that uses it'],
    ['could not select device driver "" with capabilities: [[gpu]].', 'NVIDIA Container Toolkit'],
    ['Get "https://example.com/v2/": dial tcp: lookup example.com: no such host', 'REGISTRY'],
    ['Get "https://example.com/v2/": context deadline exceeded', 'SERVING_COMPARE_REGISTRY'],
    ['pull access denied for a, repository does not exist', '"images"'],
    ['manifest for a:1 not found: manifest unknown', '"images"'],
    ['docker.io/library/a:1: not found', '"images"'],
    ['toomanyrequests: You have reached your unauthenticated pull rate limit', 'docker login'],
    ['unauthorized: authentication required', 'docker login'],
    ['tls: failed to verify certificate: x509: signed by unknown authority', '/etc/docker/certs.d'],
    [
      'Got permission denied while trying to connect to the Docker daemon socket at unix:///run/docker.sock',
      'usermod -aG docker',
    ],
    [
      'Max retries exceeded: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain',
      'certificate authority',
    ],
    ['invalid peer certificate: UnknownIssuer', 'certificate authority'],
    ['go: https://proxy.golang.org/x: tls: x509: unknown authority', 'certificate authority'],
    ['HTTPSConnectionPool: Max retries exceeded with url: /simple/', 'containers on this machine'],
  ])('is reported with a hint: %s', (line, remedy) => {
    const { message, hint } = problemFrom('cannot do it', ['Step 1/2 : FROM a', line]);

    expect(message).toContain(line);
    expect(hint).toContain(remedy);
  });

  it('is found even if BuildKit shows the Dockerfile after it', () => {
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

  it('is shown unchanged if the cause is unknown: the last error, not the step that failed', () => {
    const { message } = problemFrom('cannot build it', [
      'Step 3/4 : RUN pip install x',
      'ERROR: Hash mismatch',
      "The command '/bin/sh -c pip install x' returned a non-zero code: 1",
    ]);

    expect(message).toBe('cannot build it: ERROR: Hash mismatch');
  });

  it('is read without colours', async () => {
    const output = Readable.from(['\u001B[91mERROR: Hash mismatch\u001B[0m\n']);
    const lines: string[] = [];
    readLines(output, (line) => lines.push(line));
    await once(output, 'close');

    expect(lines).toEqual(['ERROR: Hash mismatch']);
  });

  it.each([
    ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock.', true],
    ['error waiting for container: unexpected EOF', true],
    ['failed to connect to the docker API at tcp://127.0.0.1:1: connection refused', true],
    ['dial unix /var/run/docker.sock: connect: permission denied', true],
    ['no space left on device', false],
  ])('tells whether the daemon is gone: %s', (line, isGone) => {
    expect(problemFrom('x', ['docker', line]).code === 'no-daemon').toBe(isGone);
  });
});
