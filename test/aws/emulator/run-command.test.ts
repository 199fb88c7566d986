import {
  CancelCommandCommand,
  CreateDocumentCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';

import { startEmulator, type Emulator } from '../support/emulator.ts';
import { clientsOf, type Clients } from './clients.ts';
import { invocationEnd, runInstance, untilOnline } from './run-instance.ts';
import { eventually } from './waiting.ts';

jest.setTimeout(60_000);

const DOCUMENT = {
  schemaVersion: '2.2',
  parameters: {
    RunId: {
      type: 'String',
      interpolationType: 'ENV_VAR',
      allowedPattern: '^[a-z0-9-]{1,20}$',
    },
    Mode: { type: 'String', interpolationType: 'ENV_VAR', default: 'quick' },
    Plain: { type: 'String', default: 'filled' },
    Seconds: { type: 'String', default: '60' },
  },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'step',
      inputs: {
        timeoutSeconds: '{{ Seconds }}',
        runCommand: [
          'echo "id=$SSM_RunId mode=$SSM_Mode plain={{ Plain }} stray={{ RunId }}"',
          'case $SSM_Mode in fail) echo oops >&2; exit 42;; slow) sleep 300 & wait;; esac',
        ],
      },
    },
  ],
};

let emulator: Emulator;
let clients: Clients;
let instance: string;

beforeAll(async () => {
  emulator = await startEmulator({ machines: true });
  clients = clientsOf(emulator);
  instance = await runInstance(clients.ec2);
  await untilOnline(emulator, instance);
  await clients.ssm.send(
    new CreateDocumentCommand({
      Name: 'Measure',
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
      Content: JSON.stringify(DOCUMENT),
    }),
  );
});
afterAll(() => emulator.stop());

const measure = async (parameters: Readonly<Record<string, string>>): Promise<string> => {
  const { Command } = await clients.ssm.send(
    new SendCommandCommand({
      DocumentName: 'Measure',
      InstanceIds: [instance],
      Parameters: Object.fromEntries(
        Object.entries({ RunId: 'r-1', ...parameters }).map(([name, value]) => [name, [value]]),
      ),
    }),
  );
  return Command?.CommandId ?? '';
};

const endOf = (id: string) => invocationEnd(clients.ssm, id, instance);

test('parameters reach the script as variables, with defaults, and never as text of the script', async () => {
  const end = await endOf(await measure({}));
  expect(end).toMatchObject({ Status: 'Success', ResponseCode: 0 });
  expect(end.StandardOutputContent).toBe('id=r-1 mode=quick plain=filled stray={{ RunId }}\n');
});

test.each([
  ['breaks its pattern', { RunId: 'r1;rm' }],
  ['is unknown', { RunId: 'r1', Other: 'x' }],
])('a parameter that %s is refused before anything runs', async (_, parameters) => {
  const before = await emulator.commands();
  await expect(measure(parameters)).rejects.toMatchObject({ name: 'InvalidParameters' });
  await expect(emulator.commands()).resolves.toHaveLength(before.length);
});

test('the exit code and standard error of a script are those of the invocation', async () => {
  expect(await endOf(await measure({ Mode: 'fail' }))).toMatchObject({
    Status: 'Failed',
    ResponseCode: 42,
    StandardErrorContent: 'oops\n',
  });
});

test('a script past its time limit ends with all that it started', async () => {
  const end = await endOf(await measure({ Mode: 'slow', Seconds: '1' }));
  expect(end).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' });
  expect((await emulator.onMachine(instance, 'pgrep -x sleep')).stdout).toBe('');
});

test('a cancelled script ends with all that it started', async () => {
  const id = await measure({ Mode: 'slow' });
  await eventually(
    () => emulator.onMachine(instance, 'pgrep -x sleep'),
    ({ code }) => code === 0,
  );
  await clients.ssm.send(new CancelCommandCommand({ CommandId: id }));
  expect(await endOf(id)).toMatchObject({ Status: 'Cancelled', StatusDetails: 'Cancelled' });
  expect((await emulator.onMachine(instance, 'pgrep -x sleep')).stdout).toBe('');
});
