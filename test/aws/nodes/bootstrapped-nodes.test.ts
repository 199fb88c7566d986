import type { ServingState } from '../../../lib/deployment/serving-state.ts';
import { middlewareNodeFile, servingNodeFile } from './support/node-environment-file.ts';
import { bootTestMachine, type TestMachine } from './support/test-machine.ts';

jest.setTimeout(120_000);

const HOME = '/opt/serving-compare/lib/node';
const machines: TestMachine[] = [];

/** A machine as its user data leaves it, with stand-ins only for the package manager and the kernel's settings. */
const bootstrapped = async (role: string, environment: string): Promise<TestMachine> => {
  const machine = await bootTestMachine(async (disk) => {
    await disk.stub('dnf', 'rpm', 'sysctl', 'nvidia-smi');
    await disk.write('/etc/serving-compare/node.env', environment);
  });
  machines.push(machine);
  const outcome = await machine.run(`${HOME}/bootstrap/${role}.sh`, { SC_RETRY_SECONDS: '0' });
  expect(outcome).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  return machine;
};

afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.end();
});

const known = (address: string) =>
  ({ SC_ADDRESS: address, SC_INSTANCE_ID: 'i-0123456789abcdef0' }) as const;

describe('a node that was bootstrapped under a real systemd', () => {
  it('starts servings and samples itself, where it is a serving node', async () => {
    const machine = await bootstrapped('serving', servingNodeFile(known('127.0.86.1')));

    const started = await machine.run(`${HOME}/commands/start-serving.sh`, {
      SSM_Serving: 'tfserving',
      SSM_Engine: 'onnx',
      SSM_DelayMs: '',
    });
    const toMs = Date.now();
    const inspected = await machine.run(`${HOME}/commands/inspect-serving.sh`, {
      SSM_FromMs: String(toMs - 5000),
      SSM_ToMs: String(toMs),
    });

    expect(started).toMatchObject({ exitCode: 0, stderr: '' });
    const state = JSON.parse(inspected.stdout) as ServingState;
    expect(state).toMatchObject({ serving: 'tfserving', state: 'active' });
    expect(state.figures?.samples).toBeGreaterThan(0);
    expect(state.machine.gpu).toEqual({ name: 'Tesla T4', driver: '595.71.05', memoryMiB: 15_360 });
  });

  it('samples itself after the next boot, too, but serves nothing by itself', async () => {
    const machine = await bootstrapped('serving', servingNodeFile(known('127.0.86.2')));

    await machine.cutPowerAndBoot();

    const { stdout } = await machine.run(
      'systemctl is-active serving-compare-sampler serving-compare-serving',
    );
    expect(stdout).toBe('active\ninactive\n');
  });

  it('knows the unit of the runner, where it is a middleware node', async () => {
    const machine = await bootstrapped(
      'middleware',
      middlewareNodeFile({ ...known('127.0.86.3'), SC_K6_URL: '' }),
    );

    const { stdout } = await machine.run(
      'systemctl is-active serving-compare-sampler; systemctl cat serving-compare-run@a.service',
    );
    expect(stdout).toMatch(/^active\n/);
    expect(stdout).toContain('node-run --run-id %i');
  });
});
