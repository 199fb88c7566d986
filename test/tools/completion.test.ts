import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { SHELLS } from '../../lib/bench/cli/completion-scripts.ts';
import { projectRoot } from '../../serving-configs/installation.ts';
import { callBench } from '../support/bench-cli.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';

const folder = newFolder();
const scriptOf = (shell: string): string => path.join(folder, `completion.${shell}`);

beforeAll(async () => {
  assertPrograms(...SHELLS);
  for (const shell of SHELLS) {
    writeFileSync(scriptOf(shell), (await callBench(`completion ${shell}`)).stdout);
  }
});

const run = async (shell: string, args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(shell, args, { cwd: projectRoot });
  return stdout;
};

/** Sets the variables with which bash calls a completion, and prints what it offers. */
const BASH = `. "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _serving_compare
printf '%s\\n' "\${COMPREPLY[@]}"`;

const FISH = 'source $argv[1]; complete -C $argv[2]';

/** Types a line and a tab in an interactive zsh, then a space and a mark, and prints the screen until that mark. */
const ZSH = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT=; stty columns 200; autoload -Uz compinit; compinit -u -D; source $1; echo RE''ADY"
while zpty -r z line; do [[ $line == READY* ]] && break; done
zpty -n -w z "$2"$'\\t MA''RK'
# The terminal may echo the keys, with the tab, before zsh reads them.
while zpty -r z screen "*MARK*"; do [[ $screen == *$'\\t'* ]] || break; done
print -r -- "$screen"
zpty -d z`;

/** The words that a shell offers for the last word of a line. */
const offers: Readonly<Record<(typeof SHELLS)[number], (line: string) => Promise<string>>> = {
  bash: (line) => run('bash', ['-c', BASH, 'bash', scriptOf('bash'), ...line.split(' ')]),
  fish: (line) => run('fish', ['-c', FISH, scriptOf('fish'), line]),
  zsh: (line) => run('zsh', ['-f', '-c', ZSH, 'zsh', scriptOf('zsh'), line]),
};

describe.each(SHELLS)('In %s, a tab completes', (shell) => {
  it.each([
    ['a command', 'serving-compare serv', ['serve', 'servings'], ['setup']],
    ['a command behind npx', 'npx serving-compare servin', ['servings'], ['setup']],
    ['an option', 'serving-compare run --noop', ['--noop-limits'], ['--resume']],
    ['a value that is one of a few', 'npx serving-compare run --runtime d', ['docker'], ['venv']],
    [
      'a later item of a list',
      'serving-compare run --servings flask,tor',
      ['flask,torchserve'],
      [],
    ],
    ['a serving as a word', 'serving-compare serve --runtime venv tor', ['torchserve'], ['flask']],
    ['a file', 'serving-compare run --model package.j', ['package.json'], []],
    ['a folder', 'serving-compare report servi', ['serving-configs'], []],
    ['the command that help explains', 'serving-compare help pl', ['plan'], ['report']],
  ])('%s', async (_, line, wanted, others) => {
    const offered = await offers[shell](line);

    for (const word of wanted) expect(offered).toContain(word);
    for (const word of others) expect(offered).not.toContain(word);
  });
});
