import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  bootstrapVerdict,
  DEFAULT_QUALIFIER,
  qualifierOf,
} from '../../../../../lib/bench/aws/doctor/account.ts';
import { newFolder } from '../../../../support/temporary-folder.ts';

describe('the bootstrap stack', () => {
  it.each([
    ['6', 'ok'],
    ['30', 'ok'],
    ['5', 'failed'],
  ] as const)('of version %s is %s', (version, state) => {
    const versions = new Map([[DEFAULT_QUALIFIER, version]]);

    expect(bootstrapVerdict(versions, 'us-east-1', DEFAULT_QUALIFIER).state).toBe(state);
  });

  it('is created with the qualifier that the CDK will use', () => {
    expect(bootstrapVerdict(new Map(), 'us-east-1', 'ours')).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(/ --qualifier ours aws:\/\//) as string,
    });
  });

  it('of another qualifier is not overlooked: the CDK can be told to use it', () => {
    const versions = new Map([['theirs', '30']]);

    expect(bootstrapVerdict(versions, 'us-east-1', DEFAULT_QUALIFIER)).toMatchObject({
      state: 'failed',
      remedy: expect.stringMatching(
        /\.cdk\.json.*\{"@aws-cdk\/core:bootstrapQualifier": "theirs"\}/,
      ) as string,
    });
  });
});

const write = (file: string, content: object) => writeFile(file, JSON.stringify(content));

describe('the qualifier', () => {
  const KEY = '@aws-cdk/core:bootstrapQualifier';
  const [folder, home] = [newFolder(), newFolder()];
  const qualifierWith = (...options: readonly string[]) => qualifierOf(options, folder, home);

  it('is looked up where the CDK looks: options, then the project, then the home', async () => {
    expect(await qualifierWith()).toBe(DEFAULT_QUALIFIER);

    await write(path.join(home, '.cdk.json'), { context: { [KEY]: 'home' } });
    expect(await qualifierWith()).toBe('home');

    await write(path.join(folder, 'cdk.context.json'), { [KEY]: 'remembered' });
    expect(await qualifierWith()).toBe('remembered');

    await write(path.join(folder, 'cdk.json'), { app: 'x', context: { [KEY]: 'project' } });
    expect(await qualifierWith()).toBe('project');
    expect(await qualifierWith('--concurrency', '2', '-c', `${KEY}=given`)).toBe('given');
    expect(await qualifierWith(`--context=${KEY}=given`)).toBe('given');
    expect(await qualifierWith('-c', 'pairs=2')).toBe('project');
  });
});
