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
  readonly read: (file: string) => string;
}

/** Starts what cdk.json names, as the command line of CDK does. */
const synth = (
  project: string,
  values: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Outcome => {
  const out = newFolder();
  const [command = '', ...args] = app.split(' ');
  const { status, stderr } = spawnSync(command, args, {
    cwd: project,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: out,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...values }),
      ...env,
    },
  });
  return {
    status,
    stderr,
    files: readdirSync(out),
    read: (file) => readFileSync(path.join(out, file), 'utf8'),
  };
};

describe('the CDK app', () => {
  it('makes the stacks, says what they cost, and checks the same inputs once', () => {
    const project = newProject();
    const [first, second] = [synth(project), synth(project)];

    for (const { status, stderr, files } of [first, second]) {
      expect(status).toBe(0);
      expect(files).toEqual(
        expect.arrayContaining([
          'serving-compare-base.template.json',
          'serving-compare-pair-1.template.json',
        ]),
      );
      expect(stderr).toContain(
        'serving-compare: costs about $0.72 an hour; ends itself after 18 h',
      );
      expect(stderr).toContain('Without credentials the image of the serving node stays open');
      expect(stderr).not.toContain('ERROR');
    }
    expect(first.read('validation-report.json')).toContain('CloudFormation Validate');
    expect(second.read('validation-report.json')).not.toContain('CloudFormation Validate');
    for (const file of first.files.filter((name) => name.endsWith('.template.json'))) {
      expect(second.read(file)).toBe(first.read(file));
    }
  });

  it('fails, each time again, where a rule of AwsSolutions or of CloudFormation is broken', () => {
    const project = newProject();
    const change = (file: string, text: string, replacement: string): void => {
      const place = path.join(project, 'lib/constructs', file);
      const source = readFileSync(place, 'utf8');
      expect(source).toContain(text);
      writeFileSync(place, source.replace(text, replacement));
    };
    change('results.ts', 'minimumTLSVersion: 1.2,', '');
    change('results.ts', 'enforceSSL: true', 'enforceSSL: false');
    change(
      'bench-network.ts',
      'acknowledge(network, {',
      "network.addPropertyOverride('Nonsense', 1);\n acknowledge(network, {",
    );

    for (const { status, stderr } of [synth(project, amis), synth(project, amis)]) {
      expect(status).not.toBe(0);
      expect(stderr).toContain("Acknowledge with 'AwsSolutions::AwsSolutions-S10'");
      expect(stderr).toContain("Additional properties are not allowed ('Nonsense' was unexpected)");
    }
  });

  it('says every problem of the configuration, and makes nothing', () => {
    const project = newProject();
    writeFileSync(path.join(project, 'serving-compare.json'), '{"pairs": 0, "spto": "off"}');
    const { status, stderr, files } = synth(project, { maxHours: 'long' });

    expect(status).toBe(1);
    expect(stderr).toBe(
      [
        'the configuration has 3 problems:',
        '  there is no option spto: did you mean spot?',
        '  pairs is 0: give a whole number from 1 to 20',
        '  maxHours is "long": give a whole number from 1 to 72',
        '',
      ].join('\n'),
    );
    expect(files).toEqual([]);
  });

  it('takes another file by -c config=FILE', () => {
    const project = newProject();
    writeFileSync(path.join(project, 'mine.json'), JSON.stringify({ ...amis, name: 'mine' }));
    const { files } = synth(project, { config: 'mine.json' }, { CDK_VALIDATION: 'false' });

    expect(files).toContain('mine-base.template.json');
  });
});
