import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createStacks } from '../../lib/stacks.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('the CDK app', () => {
  it('leaves no log group behind and tags what it makes', () => {
    const { base } = createStacks(new App());

    expect(Object.values(Template.fromStack(base).findResources('AWS::Logs::LogGroup'))).toEqual([
      expect.objectContaining({
        DeletionPolicy: 'Delete',
        Properties: expect.objectContaining({
          Tags: [{ Key: 'project', Value: 'serving-compare' }],
        }),
      }),
    ]);
  });

  it('synthesises through the entry point that cdk.json names', async () => {
    const out = await mkdtemp(path.join(tmpdir(), 'cdk-out-'));
    const { app } = JSON.parse(await readFile(path.join(root, 'cdk.json'), 'utf8')) as {
      app: string;
    };
    const [command, ...args] = app.split(' ');

    await promisify(execFile)(command!, args, {
      cwd: root,
      env: { ...process.env, CDK_OUTDIR: out },
    });
    const manifest = JSON.parse(await readFile(path.join(out, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, unknown>;
    };

    expect(Object.keys(manifest.artifacts)).toContain('ServingCompareBase');
    await rm(out, { recursive: true });
  });
});
