import { execFileSync } from 'node:child_process';
import {
  commandLine,
  commandRequest,
  type CommandTargets,
} from '../../../../lib/bench/aws/command-request.ts';
import { documentIds, type DocumentId } from '../../../../lib/deployment/documents/index.ts';
import { shellLine } from '../../../../lib/bench/aws/shell-text.ts';

const deployment = {
  name: 'serving-compare',
  bucket: 'results',
  logGroup: 'logs',
  documents: Object.fromEntries(documentIds.map((id) => [id, `doc-${id}`])) as Record<
    DocumentId,
    string
  >,
};

const rolesOf = (targets: CommandTargets): readonly string[] | undefined =>
  commandRequest(deployment, 'CollectLogs', { RunId: 'r' }, targets).Targets[1]?.Values;

describe('a command to nodes', () => {
  it('goes by tags to the role of its document, with its output in the log group', () => {
    expect(
      commandRequest(deployment, 'RunPlan', { RunId: 'a-run', Pairs: '1,2' }, { pairs: [1, 2] }),
    ).toEqual({
      DocumentName: 'doc-RunPlan',
      Targets: [
        { Key: 'tag:deployment', Values: ['serving-compare'] },
        { Key: 'tag:role', Values: ['middleware'] },
        { Key: 'tag:pair', Values: ['1', '2'] },
      ],
      Parameters: { RunId: ['a-run'], Pairs: ['1,2'] },
      Comment: 'serving-compare RunPlan a-run',
      TimeoutSeconds: 120,
      MaxConcurrency: '100%',
      MaxErrors: '100%',
      CloudWatchOutputConfig: { CloudWatchLogGroupName: 'logs', CloudWatchOutputEnabled: true },
    });
  });

  it('goes to both roles where its document is for both, unless one is named', () => {
    expect(rolesOf({})).toEqual(['serving', 'middleware']);
    expect(rolesOf({ role: 'serving' })).toEqual(['serving']);
  });

  it('never has more than the five targets and hundred characters that SSM takes', () => {
    const request = commandRequest(
      deployment,
      'RunPlan',
      { RunId: 'r'.repeat(200) },
      { pairs: [1] },
    );

    expect(request.Targets.length).toBeLessThanOrEqual(5);
    expect(request.Comment).toHaveLength(100);
  });

  it('is a line that a shell takes apart into the same words', () => {
    const parameters = { RunId: 'r', Options: `--levels 1,2 "it's" $HOME \`id\` \\ !x` };
    const request = commandRequest(deployment, 'RunPlan', parameters, {});
    const line = commandLine('eu-west-1', request).replace(/^aws/, "printf '%s\\0'");
    const words = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0');

    expect(JSON.parse(words[words.indexOf('--parameters') + 1] ?? '')).toEqual(request.Parameters);
    expect(JSON.parse(words[words.indexOf('--targets') + 1] ?? '')).toEqual(request.Targets);
    expect(words).toContain('eu-west-1');
  });
});

describe('words for a shell', () => {
  it('are quoted only where they must be', () => {
    expect(shellLine(['aws', '--x', 'a b', "it's", ''])).toBe(
      String.raw`aws --x 'a b' 'it'\''s' ''`,
    );
  });
});
