import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyProject } from '../support/project-copy.ts';
import { amis } from '../support/stack-configurations.ts';
import { useTemporaryFolders } from '../support/temporary-folder.ts';

const newFolder = useTemporaryFolders();
const root = path.resolve(import.meta.dirname, '../..');
const { app, context } = JSON.parse(readFileSync(path.join(root, 'cdk.json'), 'utf8')) as {
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
};

jest.setTimeout(240_000);

const newProject = (): string => copyProject(newFolder());

interface Outcome {
  readonly status: number | null;
  readonly stderr: string;
  /** Files of the cloud assembly. */
  readonly files: readonly string[];
}

/** Starts what cdk.json names, as the command line of CDK does. */
const synth = (project: string, values: Readonly<Record<string, string>> = {}): Outcome => {
  const out = newFolder();
  const [command = '', ...args] = app.split(' ');
  const { status, stderr } = spawnSync(command, args, {
    cwd: project,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: out,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...values }),
    },
  });
  return { status, stderr, files: readdirSync(out) };
};

describe('the CDK app', () => {
  it('makes the stacks and says what they cost', () => {
    const { status, stderr, files } = synth(newProject());

    expect(status).toBe(0);
    expect(files).toEqual(
      expect.arrayContaining([
        'serving-compare-base.template.json',
        'serving-compare-pair-1.template.json',
      ]),
    );
    expect(stderr).toContain('serving-compare: costs about $0.72 an hour; ends itself after 18 h');
    expect(stderr).toContain('Without credentials the image of the serving node stays open');
    expect(stderr).not.toContain('ERROR');
  });

  it('says every problem of the configuration, and makes nothing', () => {
    const project = newProject();
    writeFileSync(path.join(project, 'serving-compare.json'), '{"pairs": 0, "spto": "off"}');
    const { status, stderr, files } = synth(project, { maxHours: 'long' });

    expect(status).toBe(1);
    expect(stderr).toBe(
      [
        'the configuration has 3 problems:',
        '  pairs is 0: give a whole number from 1 to 20',
        '  there is no option spto: did you mean spot?',
        '  maxHours is "long": give a whole number from 1 to 72',
        '',
      ].join('\n'),
    );
    expect(files).toEqual([]);
  });

  it('takes another file by -c config=FILE', () => {
    const project = newProject();
    writeFileSync(path.join(project, 'mine.json'), JSON.stringify({ ...amis, name: 'mine' }));
    const { files } = synth(project, { config: 'mine.json' });

    expect(files).toContain('mine-base.template.json');
  });
});
