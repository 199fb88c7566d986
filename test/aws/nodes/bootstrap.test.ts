import type { CommandResult, Emulator } from '../support/emulator.ts';
import { successOf } from '../support/success.ts';
import { bootNode, startMachines, type MachineNode } from '../support/machine-node.ts';
import { middlewareNodeFile, servingNodeFile } from './support/node-environment-file.ts';

const NODE_ENV = '/etc/serving-compare/node.env';
const LOG = '/var/log/serving-compare-bootstrap.log';
const IMAGE = `example/one@sha256:${'a'.repeat(64)}`;

let emulator: Emulator;

/** Runs the AWS CLI on the host. */
const aws = async (line: string): Promise<string> =>
  successOf(await emulator.run('bash', ['-c', `aws ${line}`])).stdout;

beforeAll(async () => {
  emulator = await startMachines();
  await aws('logs create-log-group --log-group-name bench-logs');
  await aws('s3 mb s3://tools');
  const archives = await emulator.run('bash', [
    '-c',
    `set -e
    cd "$(mktemp -d)"
    mkdir k6-v1.8.1-linux-amd64 torchserve
    printf '#!/bin/sh\\necho "k6 v1.8.1 (go1.24)"\\n' >k6-v1.8.1-linux-amd64/k6
    chmod 755 k6-v1.8.1-linux-amd64/k6
    echo 'a model' >torchserve/resnet-50.mar
    tar -czf k6-v1.8.1-linux-amd64.tar.gz k6-v1.8.1-linux-amd64
    tar -czf models.tar.gz torchserve
    sha256sum k6-v1.8.1-linux-amd64.tar.gz >k6-v1.8.1-checksums.txt
    for file in *.tar.gz *.txt; do aws s3 cp --only-show-errors $file s3://tools/; done`,
  ]);
  successOf(archives);
});

afterAll(() => emulator.stop());

const bootstrap = (
  node: MachineNode,
  role: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> =>
  node.run(
    `bash /opt/serving-compare/lib/aws/node/bootstrap/${role}.sh`,
    { SC_RETRY_SECONDS: '0', ...variables },
    100,
  );

/** Names of the successful steps, in their order. */
const stepsDone = async (node: MachineNode): Promise<readonly string[]> =>
  [...(await node.read(LOG)).matchAll(/step=(\S+) done/g)].map(([, name]) => name ?? '');

const sentLog = async ({ id }: MachineNode): Promise<string> =>
  aws(
    `logs get-log-events --log-group-name bench-logs --log-stream-name bootstrap-pair-1-serving-${id} --query 'events[].message' --output text`,
  );

const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** Stand-ins for programs of a GPU node. Each logs its calls; Docker cannot pull images. */
const gpuPrograms = {
  '/etc/systemd/system/docker.service':
    '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
  '/usr/local/sbin/nvidia-ctk': '#!/bin/sh\necho "nvidia-ctk $*" >>/calls\n',
  '/usr/local/sbin/docker': `#!/bin/sh
echo "docker $*" >>/calls
case "$*" in
  'info --format {{json .Runtimes}}') [ -e /no-runtime ] || echo '{"nvidia":{},"runc":{}}' ;;
  info*) echo docker ;;
  login*) echo "password $(cat)" >>/calls ;;
  pull*) [ ! -e /hangs ] || exec sleep 90; echo 'docker: simulated failure' >&2; exit 1 ;;
  *) echo 'docker: simulated failure' >&2; exit 1 ;;
esac
`,
};

/** Boots a serving node with a GPU whose images cannot be pulled. */
const gpuNode = async (): Promise<MachineNode> => {
  const variables = {
    SC_RUNTIME: 'container',
    SC_ACCELERATOR: 'gpu',
    SC_SERVING_CORES: '4',
    SC_SERVINGS: 'torchserve',
    SC_IMAGES: JSON.stringify({ torchserve: IMAGE }),
    SC_ECR_HOSTS: ECR,
    SC_MODELS_URL: 's3://tools/models.tar.gz',
  } as const;
  const node = await bootNode(emulator, { [NODE_ENV]: servingNodeFile(variables), ...gpuPrograms });
  await node.run(
    'chmod 755 /usr/local/sbin/*; systemctl daemon-reload; mkdir -p /opt/dlami/nvme && mount -t tmpfs none /opt/dlami/nvme',
  );
  return node;
};

describe('the bootstrap of a serving node with a GPU', () => {
  it('prepares driver, Docker and models, and fails if no image can be pulled in two tries', async () => {
    const node = await gpuNode();
    const { code, stderr } = await bootstrap(node, 'serving');
    const calls = (await node.read('/calls')).split('\n');

    expect(code).toBe(2);
    expect(await stepsDone(node)).toEqual([
      'machine',
      'quiet',
      'node',
      'units',
      'driver',
      'docker-data',
      'docker',
      'models',
    ]);
    expect(await node.read('/var/lib/serving-compare/models/torchserve/resnet-50.mar')).toBe(
      'a model\n',
    );
    expect(calls).toContain('nvidia-ctk runtime configure --runtime=docker');
    expect(calls).toContain(`docker login --username AWS --password-stdin ${ECR}`);
    expect(calls).toContainEqual(expect.stringMatching(/^password \S+$/));
    expect(calls.filter((call) => call === `docker pull ${IMAGE}`)).toHaveLength(2);
    expect(stderr).toMatch(/^step=containers rc=2: .+\n$/);
    // The log was sent to the log group, which outlives the node.
    expect(await sentLog(node)).toMatch(/step=machine .*step=containers rc=2: /s);
  });

  it('names the image that is not ready at the deadline of all preparations', async () => {
    const node = await gpuNode();
    await node.run('touch /hangs');
    const { stderr } = await bootstrap(node, 'serving', { SC_PREPARE_MINUTES: '0.05' });

    expect(stderr).toContain(`image ${IMAGE} `);
    expect(stderr).toContain(' 0.05 minutes');
  });

  it('keeps images on the NVMe disk, and starts Docker only when that is mounted', async () => {
    const node = await gpuNode();
    await node.write('/etc/docker/daemon.json', '{"features":{"cdi":true},"debug":true}');
    await bootstrap(node, 'serving');
    const started = await node.run('systemctl is-active docker.service');
    await node.run('systemctl stop docker.service; umount /opt/dlami/nvme');
    const without = await node.run('systemctl start docker.service');
    const after = await node.run('systemctl show --property After docker.service');

    expect(JSON.parse(await node.read('/etc/docker/daemon.json'))).toEqual({
      debug: true,
      features: { cdi: true, 'containerd-snapshotter': false },
      'data-root': '/opt/dlami/nvme/docker',
    });
    expect(started.stdout).toBe('active\n');
    expect(without.code).not.toBe(0);
    expect(after.stdout).toContain('dlami-nvme.service');
  });

  it('fails if the NVMe disk of the instance type is not mounted, and uses the root disk of a type without one', async () => {
    const node = await gpuNode();
    await node.run('umount /opt/dlami/nvme');
    const { code, stderr } = await bootstrap(node, 'serving');
    await node.run('echo SC_NVME=no >>/etc/serving-compare/node.env');
    await bootstrap(node, 'serving');

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^step=docker-data rc=1: .*g4dn\.xlarge .*\/opt\/dlami\/nvme/,
      ) as string,
    });
    expect(await stepsDone(node)).toContain('docker-data');
    expect(await node.exists('/etc/docker/daemon.json')).toBe(false);
  });

  it('says so if Docker cannot give the GPU to containers', async () => {
    const node = await gpuNode();
    await node.run('touch /no-runtime');

    expect((await bootstrap(node, 'serving')).stderr).toMatch(/^step=docker rc=1: .*NVIDIA.*\n$/);
  });
});

describe('the bootstrap of a serving node with the simulated server', () => {
  it('works if the build of Node cannot run TypeScript', async () => {
    const node = await bootNode(emulator, {
      [NODE_ENV]: servingNodeFile(),
      '/opt/node': '#!/bin/sh\nexec /opt/node-24 --no-experimental-strip-types "$@"\n',
    });
    await node.run(
      'cp /usr/bin/node-24 /opt/node-24; chmod 755 /opt/node*; mount --bind /opt/node /usr/bin/node-24',
    );

    expect(await bootstrap(node, 'serving')).toMatchObject({ code: 0, stderr: '' });
    expect(await sentLog(node)).toContain('serving node is ready');
  });
});

/** Boots a middleware node that downloads k6 from the bucket. */
const withK6 = (file: string): Promise<MachineNode> =>
  bootNode(emulator, { [NODE_ENV]: middlewareNodeFile({ SC_K6_URL: `s3://tools/${file}` }) });

describe('the bootstrap of a middleware node', () => {
  it('takes the checksum of k6 from its release if none is configured', async () => {
    const node = await withK6('k6-v1.8.1-linux-amd64.tar.gz');

    expect(await bootstrap(node, 'middleware')).toMatchObject({ code: 0, stderr: '' });
    expect(await node.read(LOG)).toMatch(/SHA-256 .*k6 .*\b\w{64}$/m);
    expect((await node.run('k6 version')).stdout).toBe('k6 v1.8.1 (go1.24)\n');
  });

  it('says that a download failed, after how many tries', async () => {
    const node = await withK6('nothing.tar.gz');

    expect((await bootstrap(node, 'middleware')).stderr).toMatch(/^step=k6 rc=1: .* 4 .*: aws /);
  });
});
