import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  CreateDocumentCommand,
  GetParameterCommand,
  ListDocumentsCommand,
} from '@aws-sdk/client-ssm';

import { useTemporaryFolders } from '../../support/temporary-folder.ts';
import { startEmulator, type Emulator } from '../support/emulator.ts';
import { clientsOf, type Clients } from './clients.ts';

jest.setTimeout(30_000);

const temporaryFolder = useTemporaryFolders();

let emulator: Emulator;
let clients: Clients;

beforeAll(async () => {
  emulator = await startEmulator();
  clients = clientsOf(emulator);
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'results' }));
});
afterAll(() => emulator.stop());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

test('an upload with a checksum is verified, and the checksum is kept', async () => {
  const object = { Bucket: 'results', Key: 'measurements/1.json' };
  const ChecksumSHA256 = sha256('right');
  const put = await clients.s3.send(
    new PutObjectCommand({ ...object, Body: 'right', ChecksumSHA256 }),
  );
  expect(put.ChecksumSHA256).toBe(ChecksumSHA256);
  const head = await clients.s3.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
  expect(head.ChecksumSHA256).toBe(ChecksumSHA256);
  const got = await clients.s3.send(new GetObjectCommand({ ...object, ChecksumMode: 'ENABLED' }));
  expect(got.ChecksumSHA256).toBe(ChecksumSHA256);
  await expect(got.Body?.transformToString()).resolves.toBe('right');
  await expect(
    clients.s3.send(new PutObjectCommand({ ...object, Body: 'wrong', ChecksumSHA256 })),
  ).rejects.toMatchObject({ name: 'BadDigest', $metadata: { httpStatusCode: 400 } });
  const after = await clients.s3.send(new GetObjectCommand(object));
  await expect(after.Body?.transformToString()).resolves.toBe('right');
});

test('the aws command line copies a folder there and back, and many objects go at once', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.txt'), 'a');
  writeFileSync(join(folder, 'b.txt'), 'b'.repeat(100_000));
  const up = ['s3', 'cp', '--recursive', folder, 's3://results/copied/'];
  expect(await emulator.run('aws', up)).toMatchObject({ code: 0 });
  const Prefix = 'copied/';
  const list = () => clients.s3.send(new ListObjectsV2Command({ Bucket: 'results', Prefix }));
  const { Contents = [] } = await list();
  expect(Contents.map(({ Key, Size }) => [Key, Size])).toEqual([
    ['copied/a.txt', 1],
    ['copied/b.txt', 100_000],
  ]);
  await clients.s3.send(
    new DeleteObjectsCommand({
      Bucket: 'results',
      Delete: { Objects: Contents.map(({ Key }) => ({ Key })) },
    }),
  );
  expect((await list()).Contents ?? []).toEqual([]);
});

test.each([
  '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  '/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id',
])('%s names an image that is there, always the same', async (Name) => {
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name }));
  const again = await clients.ssm.send(new GetParameterCommand({ Name }));
  expect(again.Parameter?.Value).toBe(Parameter?.Value);
  const { Images } = await clients.ec2.send(
    new DescribeImagesCommand({ ImageIds: [Parameter?.Value ?? ''] }),
  );
  expect(Images).toMatchObject([{ State: 'available', Architecture: 'x86_64' }]);
});

test('an image that nobody published is not found', async () => {
  await expect(
    clients.ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-0123456789abcdef0'] })),
  ).rejects.toMatchObject({ name: 'InvalidAMIID.NotFound' });
});

test('the zones that offer an instance type are told', async () => {
  const { AvailabilityZones = [] } = await clients.ec2.send(
    new DescribeAvailabilityZonesCommand({}),
  );
  const { InstanceTypeOfferings = [] } = await clients.ec2.send(
    new DescribeInstanceTypeOfferingsCommand({
      LocationType: 'availability-zone',
      Filters: [{ Name: 'instance-type', Values: ['g4dn.xlarge'] }],
    }),
  );
  const offering = InstanceTypeOfferings.map(({ Location }) => Location);
  const zones = AvailabilityZones.map(({ ZoneName }) => ZoneName);
  expect(offering.length).toBeGreaterThan(1);
  expect(offering.length).toBeLessThan(zones.length);
  expect(zones).toEqual(expect.arrayContaining(offering));
});

test('documents are listed by their tags', async () => {
  const Content = JSON.stringify({ schemaVersion: '2.2', mainSteps: [] });
  const document = { DocumentType: 'Command', DocumentFormat: 'JSON', Content } as const;
  await clients.ssm.send(
    new CreateDocumentCommand({ ...document, Name: 'Ours', Tags: [{ Key: 'p', Value: 'x' }] }),
  );
  await clients.ssm.send(new CreateDocumentCommand({ ...document, Name: 'Other' }));
  const { DocumentIdentifiers } = await clients.ssm.send(
    new ListDocumentsCommand({ Filters: [{ Key: 'tag:p', Values: ['x'] }] }),
  );
  expect(DocumentIdentifiers?.map(({ Name }) => Name)).toEqual(['Ours']);
});
