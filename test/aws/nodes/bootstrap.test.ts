import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { middlewareNodeFile, servingNodeFile } from './support/node-environment-file.ts';
import { createTestDisk, type Outcome, type TestDisk } from './support/test-disk.ts';

jest.setTimeout(120_000);

const NODE_ENV = '/etc/serving-compare/node.env';
const LOG = '/var/log/serving-compare-bootstrap.log';
const image = (name: string): string => `example/${name}@sha256:${'a'.repeat(64)}`;
const containers = {
  SC_RUNTIME: 'container',
  SC_ACCELERATOR: 'gpu',
  SC_SERVINGS: 'torchserve',
  SC_IMAGES: JSON.stringify({ torchserve: image('one'), tfserving: image('two') }),
  SC_MODELS_URL: 's3://assets/models.tar.gz',
} as const;

const disks: TestDisk[] = [];

/** A disk as user data leaves it, with archives to download. */
const createNode = async (environment: string): Promise<TestDisk> => {
  const disk = await createTestDisk();
  disks.push(disk);
  await disk.stub(
    'rpm',
    'dnf',
    'systemctl',
    'sysctl',
    'docker',
    'nvidia-smi',
    'nvidia-ctk',
    'aws',
    'curl',
  );
  await disk.write(NODE_ENV, environment);
  await disk.write('/calls.log', '');
  await disk.write(
    '/build/k6-v1.8.1-linux-amd64/k6',
    '#!/bin/sh\necho "k6 v1.8.1 (go1.24)"\n',
    0o755,
  );
  await disk.write('/build/torchserve/resnet-50.mar', 'a model');
  await disk.run(`
    mkdir -p /downloads; cd /build
    tar -czf /downloads/k6-v1.8.1-linux-amd64.tar.gz k6-v1.8.1-linux-amd64
    (cd /downloads; sha256sum k6-*.tar.gz > k6-v1.8.1-checksums.txt)
    sha256sum torchserve/resnet-50.mar > SHA256SUMS
    tar -czf /downloads/models.tar.gz torchserve SHA256SUMS`);
  return disk;
};

afterEach(async () => {
  for (const disk of disks.splice(0)) await disk.end();
});

const bootstrap = (disk: TestDisk, role: string): Promise<Outcome> =>
  disk.run(`/opt/serving-compare/lib/node/bootstrap/${role}.sh`, { SC_RETRY_SECONDS: '0' });

const calls = async (disk: TestDisk): Promise<readonly string[]> => {
  const lines = (await disk.read('/calls.log')).trim().split('\n');
  await disk.write('/calls.log', '');
  return lines;
};

/** Names of the steps in the order in which they ended well. */
const stepsDone = async (disk: TestDisk): Promise<readonly string[]> =>
  [...(await disk.read(LOG)).matchAll(/step=(\S+) done/g)].map(([, name]) => name ?? '');

describe('the bootstrap of a serving node with the simulated server', () => {
  it('does its steps in order and leaves units, samples and a model behind', async () => {
    const disk = await createNode(servingNodeFile());

    const outcome = await bootstrap(disk, 'serving');

    expect(outcome).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await stepsDone(disk)).toEqual([
      'machine',
      'quiet',
      'node',
      'units',
      'model',
      'sampler',
    ]);
    const made = await calls(disk);
    expect(made).toEqual(
      expect.arrayContaining([
        'systemctl disable --now dnf-makecache.timer',
        'systemctl disable --now man-db.timer',
        'dnf install --assumeyes --quiet --setopt=install_weak_deps=False nodejs24',
        'systemctl daemon-reload',
        'systemctl enable --now serving-compare-sampler.service',
      ]),
    );
    expect(made.filter((call) => /^(docker|nvidia)/.test(call))).toEqual([]);
    const units = '/etc/systemd/system';
    expect(await disk.modeOf(join(units, 'serving-compare-serving.service'))).toBe('644');
    expect(disk.exists(join(units, 'serving-compare-run@.service'))).toBe(false);
    expect(disk.exists('/opt/serving-compare/.cache/models')).toBe(true);
  });

  it('notes what machine it is on in the environment, and keeps the rest of it as it was', async () => {
    const before = servingNodeFile({ SC_IMAGES: '{"a":"b"}' });
    const disk = await createNode(before);

    await bootstrap(disk, 'serving');

    expect(await disk.read(NODE_ENV)).toBe(
      `${before}SC_ADDRESS=10.0.0.7\nSC_INSTANCE_ID=i-0123456789abcdef0\nSC_INSTANCE_TYPE=g4dn.xlarge\n` +
        'SC_AVAILABILITY_ZONE=eu-west-1a\nSC_AMI_ID=ami-0123456789abcdef0\nSC_LIFECYCLE=on-demand\n',
    );
    expect(await disk.modeOf(NODE_ENV)).toBe('644');
  });

  it('installs, fetches and asks nothing again when it runs again', async () => {
    const disk = await createNode(servingNodeFile());
    await bootstrap(disk, 'serving');
    await calls(disk);
    const environment = await disk.read(NODE_ENV);

    const again = await bootstrap(disk, 'serving');

    expect(again.exitCode).toBe(0);
    expect(await disk.read(NODE_ENV)).toBe(environment);
    const made = await calls(disk);
    expect(made.filter((call) => /^(dnf|aws s3|curl|systemctl daemon-reload)/.test(call))).toEqual(
      [],
    );
  });

  it('reads its programs with tsx where the build of Node cannot read TypeScript', async () => {
    const disk = await createNode(servingNodeFile());
    await disk.write(
      '/opt/stubs/node',
      '#!/bin/sh\nexec /usr/local/bin/node --no-experimental-strip-types "$@"\n',
      0o755,
    );

    expect(await bootstrap(disk, 'serving')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await disk.read(NODE_ENV)).toMatch(/^NODE_OPTIONS=--import=file:\/\/.*\/tsx\/.*$/m);
    expect(disk.exists('/opt/serving-compare/.cache/models')).toBe(true);
  });

  it('takes the address of the default route where there is no metadata service', async () => {
    const disk = await createNode(servingNodeFile());
    await disk.write('/fail', 'curl\n');
    await disk.write(
      '/opt/stubs/ip',
      '#!/bin/sh\necho "192.0.2.1 via 10.1.0.1 dev ens5 src 10.1.0.9 uid 0"\n',
      0o755,
    );

    expect((await bootstrap(disk, 'serving')).exitCode).toBe(0);
    expect(await disk.read(NODE_ENV)).toMatch(/^SC_ADDRESS=10\.1\.0\.9\nSC_INSTANCE_ID=unknown$/m);
  });

  it('leaves its whole log in the log group of the deployment, also where all went well', async () => {
    const disk = await createNode(servingNodeFile());

    await bootstrap(disk, 'serving');

    const [event] = JSON.parse(await disk.read('/log-events')) as readonly { message: string }[];
    expect(event?.message).toMatch(/step=machine begins.*serving node is ready/s);
  });

  it('refuses to run on a node of the other role, before it changes anything', async () => {
    const disk = await createNode(servingNodeFile());

    const outcome = await bootstrap(disk, 'middleware');

    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toBe(
      `step=role rc=1: ${NODE_ENV} says that this node is a serving, not a middleware node\n`,
    );
    expect(await calls(disk)).toEqual(['']);
  });
});

describe('the bootstrap of a serving node with containers', () => {
  it('checks driver and Docker and unpacks its models before it pulls', async () => {
    const disk = await createNode(servingNodeFile(containers));
    await disk.write('/fail', 'docker pull\n');

    await bootstrap(disk, 'serving');

    expect(await stepsDone(disk)).toEqual([
      'machine',
      'quiet',
      'node',
      'units',
      'driver',
      'docker-data',
      'docker',
      'models',
    ]);
    expect(await disk.read('/var/lib/serving-compare/models/torchserve/resnet-50.mar')).toBe(
      'a model',
    );
  });

  it('asks for no driver where the instance type has no GPU', async () => {
    const disk = await createNode(servingNodeFile({ ...containers, SC_ACCELERATOR: 'cpu' }));
    await disk.write('/fail', 'nvidia\ndocker pull\n');

    await bootstrap(disk, 'serving');

    expect(await stepsDone(disk)).toContain('models');
  });

  it('says so where Docker cannot give the GPU to containers', async () => {
    const disk = await createNode(servingNodeFile(containers));
    await disk.write('/no-nvidia-runtime', '');

    const { stderr } = await bootstrap(disk, 'serving');

    expect(stderr).toMatch(/^step=docker rc=1: .*Docker has no NVIDIA runtime\n$/);
  });

  it('tries a pull twice, and fails with its reason where no serving is available', async () => {
    const disk = await createNode(servingNodeFile(containers));
    await disk.write('/fail', 'docker pull\n');

    const { stderr } = await bootstrap(disk, 'serving');

    expect(stderr).toMatch(/^step=containers rc=2: .*no serving is available: cannot pull/);
    expect((await calls(disk)).filter((call) => call.startsWith('docker pull'))).toEqual(
      Array.from({ length: 2 }, () => `docker pull ${image('one')}`),
    );
  });

  it.each([
    ['node', 'dnf install', 'dnf: simulated failure'],
    ['driver', 'nvidia-smi --query-gpu', 'nvidia-smi: simulated failure'],
    ['docker', 'docker info', 'docker: simulated failure'],
    ['docker-data', 'nvidia-ctk', 'nvidia-ctk: simulated failure'],
    ['models', 'aws s3 cp', 'failed 4 times: aws s3 cp'],
    ['units', 'systemctl daemon-reload', 'systemctl: simulated failure'],
  ])('says that step %s failed, in which words, where "%s" fails', async (step, call, words) => {
    const disk = await createNode(servingNodeFile(containers));
    await disk.write('/fail', `${call}\n`);

    const { exitCode, stderr } = await bootstrap(disk, 'serving');

    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(new RegExp(`^step=${step} rc=${exitCode}: .*\n$`));
    expect(stderr).toContain(words);
    expect((await disk.read(LOG)).trimEnd().endsWith(stderr.trimEnd())).toBe(true);
  });

  it('puts the log of a node that failed where it outlives the node', async () => {
    const disk = await createNode(servingNodeFile(containers));
    await disk.write('/fail', 'docker pull\n');
    await disk.write(LOG, 'a "quote", a \\backslash and a \u0007bell\n');

    await bootstrap(disk, 'serving');

    const [event] = JSON.parse(await disk.read('/log-events')) as readonly {
      readonly timestamp: number;
      readonly message: string;
    }[];
    expect(Math.abs((event?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(event?.message).toMatch(/^a "quote", a \\backslash and a bell\n.*step=machine begins/s);
    expect(event?.message).toMatch(/\n.* step=containers rc=2: .*$/);
    expect((await calls(disk)).filter((call) => call.startsWith('aws logs'))).toEqual([
      'aws logs create-log-stream --log-group-name bench-logs --log-stream-name bootstrap-pair-1-serving-i-0123456789abcdef0',
      expect.stringContaining('aws logs put-log-events --log-group-name bench-logs'),
    ]);
  });

  it('fails with its own reason where that log cannot be put', async () => {
    const disk = await createNode(servingNodeFile(containers));
    await disk.write('/fail', 'docker pull\naws logs\n');

    expect((await bootstrap(disk, 'serving')).stderr).toMatch(/^step=containers rc=2: .*\n$/);
  });

  it('takes no models that differ from their checksums, and keeps those that were there', async () => {
    const disk = await createNode(servingNodeFile(containers));
    await bootstrap(disk, 'serving');
    await disk.write('/build/torchserve/resnet-50.mar', 'another model');
    await disk.run('cd /build; tar -czf /downloads/newer.tar.gz torchserve SHA256SUMS');
    await disk.write(
      NODE_ENV,
      servingNodeFile({ ...containers, SC_MODELS_URL: 's3://a/newer.tar.gz' }),
    );

    const { stderr } = await bootstrap(disk, 'serving');

    expect(stderr).toMatch(/^step=models .*resnet-50.mar: FAILED/);
    expect(await disk.read('/var/lib/serving-compare/models/torchserve/resnet-50.mar')).toBe(
      'a model',
    );
  });
});

describe('the bootstrap of a middleware node', () => {
  it('does its steps in order and leaves k6, network settings and the runner behind', async () => {
    const disk = await createNode(middlewareNodeFile());

    const outcome = await bootstrap(disk, 'middleware');

    expect(outcome).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await stepsDone(disk)).toEqual([
      'machine',
      'quiet',
      'node',
      'k6',
      'data-set',
      'model',
      'network',
      'units',
      'sampler',
    ]);
    expect((await disk.run('k6 version')).stdout).toBe('k6 v1.8.1 (go1.24)\n');
    expect(await disk.modeOf('/etc/sysctl.d/90-serving-compare.conf')).toBe('644');
    expect(await disk.modeOf('/etc/systemd/system/serving-compare-run@.service')).toBe('644');
    expect(await calls(disk)).toContain(
      'sysctl --quiet --load /etc/sysctl.d/90-serving-compare.conf',
    );
  });

  it('logs the checksum that the release gives where none is configured', async () => {
    const disk = await createNode(middlewareNodeFile());
    await bootstrap(disk, 'middleware');

    const archive = await disk.run('sha256sum < /downloads/k6-v1.8.1-linux-amd64.tar.gz');
    expect(await disk.read(LOG)).toContain(
      `no SHA-256 of k6 is configured, the release says ${archive.stdout.slice(0, 64)}`,
    );
  });

  it('neither fetches k6 nor loads settings again when it runs again', async () => {
    const disk = await createNode(middlewareNodeFile());
    await bootstrap(disk, 'middleware');
    await calls(disk);

    expect((await bootstrap(disk, 'middleware')).exitCode).toBe(0);
    const made = await calls(disk);
    expect(made.filter((call) => /^(curl|sysctl|dnf|aws s3)/.test(call))).toEqual([]);
  });

  it('takes no k6 with another checksum than the configured one', async () => {
    const wrong = createHash('sha256').update('another').digest('hex');
    const disk = await createNode(middlewareNodeFile({ SC_K6_SHA256: wrong }));

    const { stderr } = await bootstrap(disk, 'middleware');

    expect(stderr).toMatch(/^step=k6 rc=1: .*has the SHA-256 [0-9a-f]{64}, expected is/);
    expect(disk.exists('/usr/local/bin/k6')).toBe(false);
  });

  it('fetches k6 from a bucket, too', async () => {
    const url = 's3://tools/k6-v1.8.1-linux-amd64.tar.gz';
    const disk = await createNode(middlewareNodeFile({ SC_K6_URL: url }));

    expect((await bootstrap(disk, 'middleware')).exitCode).toBe(0);
    expect((await calls(disk)).filter((call) => call.startsWith('aws s3'))).toEqual([
      expect.stringContaining(url),
      expect.stringContaining('s3://tools/k6-v1.8.1-checksums.txt'),
    ]);
  });

  it.each([
    ['k6', 'curl --silent --show-error --fail --location', 'failed 4 times: curl'],
    ['network', 'sysctl', 'sysctl: simulated failure'],
  ])('says that step %s failed, in which words, where "%s" fails', async (step, call, words) => {
    const disk = await createNode(middlewareNodeFile());
    await disk.write('/fail', `${call}\n`);

    const { exitCode, stderr } = await bootstrap(disk, 'middleware');

    expect(stderr).toMatch(new RegExp(`^step=${step} rc=${exitCode}: .*\n$`));
    expect(stderr).toContain(words);
  });

  it('says that the bundle is not whole where it has no images', async () => {
    const disk = await createNode(middlewareNodeFile());
    await disk.run('rm /opt/serving-compare/k6/images/*.jpg');

    const { stderr } = await bootstrap(disk, 'middleware');

    expect(stderr).toMatch(/^step=data-set rc=1: .*there is no image in/);
  });
});
