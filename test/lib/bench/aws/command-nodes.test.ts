import { execFileSync } from 'node:child_process';
import { commandLine } from '../../../../lib/bench/aws/command-nodes.ts';
import type { DeployedPair } from '../../../../lib/bench/aws/deployment.ts';
import { shellLine } from '../../../../lib/bench/aws/shell-text.ts';
import { documentIds, type DocumentId } from '../../../../lib/deployment/documents/index.ts';

const deployment = {
  documents: Object.fromEntries(documentIds.map((id) => [id, `doc-${id}`])) as Record<
    DocumentId,
    string
  >,
  pairs: [1, 2].map(
    (pair) =>
      ({ pair, instances: { serving: `i-s${pair}`, middleware: `i-m${pair}` } }) as DeployedPair,
  ),
};

/** The words that a shell makes of the command. */
const wordsOf = (...args: Parameters<typeof commandLine>): readonly string[] =>
  execFileSync('sh', ['-c', commandLine(...args).replace(/^aws/, "printf '%s\\0'")], {
    encoding: 'utf8',
  }).split('\0');

const instancesOf = (targets: { role?: 'serving' }): readonly string[] =>
  wordsOf('eu-west-1', deployment, 'CollectLogs', {}, targets).filter((word) =>
    word.startsWith('i-'),
  );

describe('a command to nodes, for a shell', () => {
  it('has the same parameters when a shell has taken it apart', () => {
    const parameters = { RunId: 'r', Options: `--levels 1,2 "it's" $HOME \`id\` \\ !x` };
    const words = wordsOf('eu-west-1', deployment, 'RunPlan', parameters, { pairs: [2] });
    const json = words[words.indexOf('--parameters') + 1] ?? '';

    expect(JSON.parse(json)).toEqual({ RunId: ['r'], Options: [parameters.Options] });
    expect(words).toEqual(expect.arrayContaining(['eu-west-1', 'doc-RunPlan', 'i-m2']));
    expect(words).not.toContain('i-m1');
  });

  it('goes to both roles where its document is for both, unless one is named', () => {
    expect(instancesOf({})).toEqual(['i-s1', 'i-m1', 'i-s2', 'i-m2']);
    expect(instancesOf({ role: 'serving' })).toEqual(['i-s1', 'i-s2']);
  });
});

describe('words for a shell', () => {
  it('are quoted only where they must be', () => {
    expect(shellLine(['aws', '--x', 'a b', "it's", ''])).toBe(
      String.raw`aws --x 'a b' 'it'\''s' ''`,
    );
  });
});
