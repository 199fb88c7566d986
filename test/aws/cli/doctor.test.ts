import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorCheck } from '../../../lib/bench/aws/doctor.ts';
import { putObject } from '../../../lib/bench/aws/s3-objects.ts';
import { startRegistry, type Registry } from '../../docker/support/registry.ts';
import { pushImage } from '../../support/push-image.ts';
import { newFolder } from '../../support/temporary-folder.ts';
import type { EmulatorSettings } from '../support/emulator.ts';
import { openDesk, type Desk } from './desk.ts';

let desk: Desk;
let registry: Registry;

const BUCKET = 'our-mirror';
const K6 = { k6Url: `s3://${BUCKET}/k6.tar.gz`, k6Sha256: 'a'.repeat(64), weights: 'random' };

beforeAll(async () => {
  [desk, registry] = await Promise.all([openDesk(2), startRegistry(newFolder())]);
  await desk.aws.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await putObject(desk.aws, BUCKET, 'k6.tar.gz', 'k6');
});

afterAll(async () => {
  await desk.close();
  await registry.stop();
});

const configured = (options: Readonly<Record<string, unknown>>): string => {
  const file = join(newFolder(), 'c.json');
  writeFileSync(file, JSON.stringify(options));
  return file;
};

/** A configuration whose images are all in the registry. */
const mirrored = (more: Readonly<Record<string, unknown>> = {}): string =>
  configured({ ...K6, registry: `${registry.address}/mirror`, servings: ['torchserve'], ...more });

/** Runs the doctor and returns its checks by name. */
const doctor = async (
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) => {
  const words = ['doctor', '--json', '--config', file, ...args];
  const { exitCode, stdout } = await desk.bench(words, env);
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly DoctorCheck[] };
  return { exitCode, checks: new Map(checks.map((check) => [check.name, check])) };
};

const NO_ACCOUNT = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };

describe('serving-compare doctor without an account', () => {
  let torchserve: string;

  beforeAll(async () => {
    torchserve = await pushImage(registry.address, 'mirror/pytorch/torchserve:0.12.0-gpu', [
      'arm64',
      'amd64',
    ]);
  });

  it('asks the registry of each image, and names those that are missing or for other processors', async () => {
    await pushImage(registry.address, 'mirror/library/python:3.11-slim-bookworm', ['amd64']);
    await pushImage(registry.address, 'mirror/tensorflow/serving:2.19.1-gpu', ['arm64']);
    const file = mirrored({
      servings: ['torchserve', 'tfserving', 'bentoml', 'flask'],
      images: { flask: `${registry.address}/ours/flask:1` },
    });
    const { exitCode, checks } = await doctor(file, [], NO_ACCOUNT);

    expect(exitCode).toBe(1);
    expect(checks.get('image torchserve:0.12.0-gpu')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining(torchserve) as string,
    });
    expect(checks.get('image python:3.11-slim-bookworm')).toMatchObject({ state: 'ok' });
    expect(checks.get('image serving:2.19.1-gpu')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('linux/arm64') as string,
      remedy: expect.stringContaining('tfserving') as string,
    });
    expect(checks.get('image flask:1')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('/ours/flask:1') as string,
    });
  });

  it('ends with what it could not check', async () => {
    const { stdout } = await desk.bench(['doctor', '--config', mirrored()], NO_ACCOUNT);
    const marks: readonly string[] = stdout.match(/^(?:ok|FAIL|\?)(?= )/gm) ?? [];

    expect(stdout).toMatch(/^FAIL +credentials /m);
    expect(marks).toContain('ok');
    expect(marks.slice(marks.indexOf('?')).every((mark) => mark === '?')).toBe(true);
    for (const name of ['bootstrap', 'quotas', 'zones', 'serving AMI', 'deployment']) {
      expect(stdout).toMatch(new RegExp(`^\\? +${name} `, 'm'));
    }
    expect(stdout).toMatch(/^7 of 10 .*\n$/m);
  });

  it('passes with --downloads if and only if everything could be checked and is there', async () => {
    expect(await doctor(mirrored(), ['--downloads'])).toMatchObject({ exitCode: 0 });

    const missing = await doctor(mirrored({ k6Url: `s3://${BUCKET}/none` }), ['--downloads']);
    expect(missing).toMatchObject({ exitCode: 1 });
    expect(missing.checks.get('k6')).toMatchObject({ state: 'failed' });

    const unreachable = await doctor(mirrored({ registry: '127.0.0.1:9' }), ['--downloads']);
    expect(unreachable).toMatchObject({ exitCode: 1 });
    expect(unreachable.checks.get('image torchserve:0.12.0-gpu')).toMatchObject({
      state: 'unknown',
    });
  });
});

/** Runs the doctor with settings of the emulator, which are reset afterwards. */
const doctorWith = async (
  settings: EmulatorSettings,
  options: Readonly<Record<string, unknown>> = {},
  ...args: readonly string[]
) => {
  await desk.emulator.set(settings);
  const result = await doctor(mirrored(options), args);
  const defaults: object = Object.fromEntries(Object.keys(settings).map((name) => [name, null]));
  await desk.emulator.set(defaults);
  return result;
};

describe('serving-compare doctor', () => {
  it('has a line for each check, and the command that fixes what fails', async () => {
    const file = mirrored();
    await desk.emulator.set({ quotas: { 'L-DB2E81BA': 0 }, agentLost: 'pair=1' });
    const { exitCode, checks } = await doctor(file);
    const { stdout } = await desk.bench(['doctor', '--config', file]);
    await desk.emulator.set({ quotas: {}, agentLost: '' });

    expect(exitCode).toBe(1);
    expect(checks.get('credentials')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^arn:aws:sts::123456789012:/) as string,
    });
    expect(checks.get('bootstrap')).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(/^npx cdk bootstrap aws:/) as string,
    });
    expect(checks.get('quota L-DB2E81BA')).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(/^aws service-quotas .*--desired-value 4/) as string,
    });
    expect(checks.get('quota L-1216C47A')).toMatchObject({ state: 'ok' });
    expect(checks.get('pair 1 middleware')).toMatchObject({ state: 'failed' });
    expect(checks.get('pair 2 serving')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^i-\w+ /) as string,
    });
    for (const { name, state, remedy = '' } of checks.values()) {
      const mark = state === 'failed' ? 'FAIL' : state === 'ok' ? 'ok' : '\\?';
      expect(stdout).toMatch(new RegExp(`^${mark} +${name} `, 'm'));
      expect(stdout).toContain(remedy);
    }
  });

  it('checks the AMIs and the zones that the configuration names', async () => {
    const { checks: before } = await doctor(mirrored());
    const named = { middlewareAmi: 'ami-0123456789abcdef0', availabilityZone: 'us-east-1e' };
    const { checks } = await doctor(mirrored(named));

    expect(before.get('zones')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/\bg4dn\.xlarge\b.*\bc5n\.xlarge: us-east-1a, /) as string,
    });
    expect(checks.get('zones')).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/: us-east-1e$/) as string,
      remedy: expect.stringContaining('availabilityZone') as string,
    });
    expect(checks.get('serving AMI')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^ami-\w+ /) as string,
    });
    expect(checks.get('middleware AMI')).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/^ami-0123456789abcdef0/) as string,
    });
  });

  it('compares the root disk of an AMI with the configured volume', async () => {
    const { checks } = await doctorWith({ rootGib: 120 }, { servingVolumeGiB: 100 });

    expect(checks.get('serving AMI')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('servingVolumeGiB') as string,
    });
  });

  it('counts the networks of others', async () => {
    const { checks } = await doctorWith({ quotas: { 'L-F678F1CE': 1 } });

    expect(checks.get('quota L-F678F1CE')).toMatchObject({ state: 'failed' });
    expect(checks.get('quota L-A4707A72')).toMatchObject({ state: 'ok' });
  });

  it('tries launches, and tells a policy of the organization from missing rights of the user', async () => {
    const { checks: allowed } = await doctor(mirrored());
    const { checks: denied } = await doctorWith({ deny: 'ec2:RunInstances' });
    const deniedBy = 'service control policy';
    const { checks: forbidden } = await doctorWith({ deny: 'ec2:RunInstances', deniedBy });

    expect(allowed.get('serving launch')).toMatchObject({ state: 'ok' });
    expect(allowed.get('middleware launch')).toMatchObject({ state: 'ok' });
    expect(denied.get('serving launch')).toMatchObject({ state: 'unknown' });
    expect(forbidden.get('serving launch')).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(
        /\borganization\b.*\bec2:RunInstances\b.*\bg4dn\.xlarge\b/,
      ) as string,
    });
  });

  it('says what it may not look at, which is no failure', async () => {
    const { checks } = await doctorWith({ deny: 'servicequotas:*' });

    expect(checks.get('quotas')).toMatchObject({ state: 'unknown' });
  });

  it('finds the bootstrap stack of any qualifier, and the one that the CDK is told to use', async () => {
    const Name = '/cdk-bootstrap/ours/version';
    await desk.aws.ssm.send(new PutParameterCommand({ Name, Value: '30', Type: 'String' }));
    const option = '@aws-cdk/core:bootstrapQualifier=ours';
    const { checks: before } = await doctor(mirrored());
    const { checks: after } = await doctor(mirrored(), ['--', '-c', option]);

    expect(before.get('bootstrap')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('"ours"') as string,
    });
    expect(after.get('bootstrap')).toMatchObject({ state: 'ok' });
  });

  it('says that it knows no price elsewhere', async () => {
    const { checks } = await doctor(mirrored({ region: 'eu-central-1' }));

    expect(checks.get('price')).toMatchObject({ state: 'unknown' });
  });
});

const reserved = () => desk.emulator.control('reservations');

describe('serving-compare doctor --capacity', () => {
  it('finds the first zone that has both instances, and keeps no reservation', async () => {
    const capacity = 'g4dn.xlarge@us-east-1a,c5n.xlarge@us-east-1b';
    await desk.emulator.control('calls', []);
    const { checks } = await doctorWith({ capacity }, { pairs: 2 }, '--capacity');

    expect(checks.get('capacity')).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^us-east-1c .*us-east-1a .*g4dn.*us-east-1b .*c5/) as string,
    });
    expect(await desk.emulator.control('calls')).toContain('ec2:CreateCapacityReservation');
    expect(await reserved()).toEqual([]);
  });

  it('fails if no zone has any, and cannot tell for spot', async () => {
    const none = await doctorWith({ capacity: '*@*' }, {}, '--capacity');
    const spot = await doctorWith({}, { spot: true }, '--capacity');

    expect(none.checks.get('capacity')).toMatchObject({ state: 'failed' });
    expect(spot.checks.get('capacity')).toMatchObject({ state: 'unknown' });
  });

  it('gives the command that cancels a reservation if it could not', async () => {
    const { checks } = await doctorWith(
      { deny: 'ec2:CancelCapacityReservation' },
      {},
      '--capacity',
    );

    expect(checks.get('capacity')).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(/^aws ec2 cancel-capacity-reservation .* cr-\w+$/) as string,
    });
    expect(await reserved()).toEqual(['g4dn.xlarge@us-east-1a']);
  });
});
