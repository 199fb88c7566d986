import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyProject } from '../../support/project-copy.ts';
import { newFolder } from '../../support/temporary-folder.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const { app, context } = JSON.parse(readFileSync(path.join(root, 'cdk.json'), 'utf8')) as {
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
};

describe('the CDK app', () => {
  it('synthesises the configuration that -c config=FILE names, and prints its price', () => {
    const project = copyProject(newFolder());
    const out = newFolder();
    writeFileSync(path.join(project, 'mine.json'), JSON.stringify({ name: 'mine' }));
    // Starts the command of cdk.json as the CDK command line does.
    const [command = '', ...args] = app.split(' ');
    const { status, stderr } = spawnSync(command, args, {
      cwd: project,
      encoding: 'utf8',
      env: {
        ...process.env,
        // Developers of CDK apps may have set it.
        CDK_DEFAULT_ACCOUNT: undefined,
        CDK_OUTDIR: out,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, config: 'mine.json' }),
      },
    });

    expect(status).toBe(0);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['mine-base.template.json', 'mine-pair-1.template.json']),
    );
    expect(stderr).toMatch(/^mine: .*\$0\.77 .* 18 h\b/m);
    expect(stderr).toContain('serving-compare:unpinned-serving-ami');
    expect(stderr).not.toContain('ERROR');
  });
});
