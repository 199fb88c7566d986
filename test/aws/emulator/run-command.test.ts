import {
  CancelCommandCommand,
  CreateDocumentCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
} from '@aws-sdk/client-ssm';

import { startEmulator, type Emulator } from '../support/emulator.ts';
import { clientsOf, type Clients } from './clients.ts';
import { invocationEnd, runInstance, send, shell, untilOnline } from './run-instance.ts';
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
let instances: readonly string[];
const first = (): string => instances[0] ?? '';

beforeAll(async () => {
  emulator = await startEmulator({ machines: true });
  clients = clientsOf(emulator);
  instances = await Promise.all(
    [1, 2, 3].map((pair) => runInstance(clients.ec2, { tags: { pair: String(pair), run: 'x' } })),
  );
  await Promise.all(instances.map((id) => untilOnline(emulator, id)));
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

const measure = (parameters: Record<string, string>, more = {}): Promise<string> =>
  send(clients.ssm, {
    DocumentName: 'Measure',
    InstanceIds: [first()],
    Parameters: Object.fromEntries(
      Object.entries({ RunId: 'r-1', ...parameters }).map(([name, value]) => [name, [value]]),
    ),
    ...more,
  });

test('parameters reach the script as variables, with defaults, and never as text of the script', async () => {
  const end = await invocationEnd(clients.ssm, await measure({}), first());
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
  const end = await invocationEnd(clients.ssm, await measure({ Mode: 'fail' }), first());
  expect(end).toMatchObject({
    Status: 'Failed',
    ResponseCode: 42,
    StandardErrorContent: 'oops\n',
  });
});

test('a script past its time limit ends with all that it started', async () => {
  const id = await measure({ Mode: 'slow', Seconds: '1' });
  const end = await invocationEnd(clients.ssm, id, first());
  expect(end).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut' });
  expect((await emulator.onMachine(first(), 'pgrep -x sleep')).stdout).toBe('');
});

test('a cancelled script ends with all that it started', async () => {
  const id = await measure({ Mode: 'slow' });
  await eventually(
    () => emulator.onMachine(first(), 'pgrep -x sleep'),
    ({ code }) => code === 0,
  );
  await clients.ssm.send(new CancelCommandCommand({ CommandId: id }));
  const end = await invocationEnd(clients.ssm, id, first());
  expect(end).toMatchObject({ Status: 'Cancelled', StatusDetails: 'Cancelled' });
  expect((await emulator.onMachine(first(), 'pgrep -x sleep')).stdout).toBe('');
});

test('output beyond 24,000 characters is cut off', async () => {
  const end = await shell(clients.ssm, first(), 'for i in $(seq 5000); do echo "line $i"; done');
  expect(end.StandardOutputContent).toHaveLength(24_000 - 20 + '\n--output truncated--'.length);
  expect(end.StandardOutputContent).toMatch(/--output truncated--$/);
});

test('a command runs as root in a home of its own machine, with the aws command line', async () => {
  const end = await shell(
    clients.ssm,
    first(),
    'id -un; echo $HOME; pwd; aws sts get-caller-identity',
  );
  expect(end.StandardOutputContent).toMatch(/^root\n\/root\n\/usr\/bin\n[^]*123456789012/);
});

const states = async (id: string): Promise<Record<string, string | undefined>> => {
  const { CommandInvocations = [] } = await clients.ssm.send(
    new ListCommandInvocationsCommand({ CommandId: id }),
  );
  return Object.fromEntries(
    CommandInvocations.map(({ InstanceId = '', Status }) => [InstanceId, Status]),
  );
};

const count = (all: Readonly<Record<string, string | undefined>>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const state of Object.values(all)) counts[state ?? ''] = (counts[state ?? ''] ?? 0) + 1;
  return counts;
};

const ended = async (id: string) => {
  const { Commands } = await eventually(
    () => clients.ssm.send(new ListCommandsCommand({ CommandId: id })),
    (answer) => !['Pending', 'InProgress'].includes(answer.Commands?.[0]?.Status ?? 'Pending'),
  );
  return Commands?.[0];
};

const fanOut = (script: string, more = {}): Promise<string> =>
  send(clients.ssm, {
    DocumentName: 'AWS-RunShellScript',
    Targets: [{ Key: 'tag:run', Values: ['x'] }],
    Parameters: { commands: [script] },
    ...more,
  });

test('a command goes to all instances with a tag, and those that fail keep no other from it', async () => {
  const id = await fanOut(`test $AWS_SSM_INSTANCE_ID != ${first()}`);
  expect(await ended(id)).toMatchObject({
    StatusDetails: 'Incomplete',
    TargetCount: 3,
    CompletedCount: 3,
    ErrorCount: 1,
  });
  const all = await states(id);
  expect(Object.keys(all).toSorted()).toEqual(instances.toSorted());
  expect(count(all)).toEqual({ Failed: 1, Success: 2 });
  expect(all[first()]).toBe('Failed');
});

test('a tag that no instance has gives a command without targets', async () => {
  const id = await fanOut('true', { Targets: [{ Key: 'tag:run', Values: ['nobody'] }] });
  expect(await ended(id)).toMatchObject({ TargetCount: 0, StatusDetails: 'NoInstancesInTag' });
});
