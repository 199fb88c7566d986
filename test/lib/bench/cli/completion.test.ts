import { commandLists, commandNames, loadCommand } from '../../../../lib/bench/cli/commands.ts';
import { SHELLS } from '../../../../lib/bench/cli/completion-scripts.ts';
import { callBench } from '../../../support/bench-cli.ts';

describe.each(SHELLS)('The completion of %s', (shell) => {
  it('knows every command that people type, and all its options', async () => {
    const { exitCode, stdout } = await callBench(`completion ${shell}`);
    const words = new Set(stdout.split(/[^\w-]+/));
    const listed = Object.values(commandLists).flatMap((list) => Object.keys(list));
    const commands = await Promise.all(
      commandNames.filter((name) => listed.includes(name)).map(loadCommand),
    );

    expect(exitCode).toBe(0);
    expect(listed.filter((name) => !words.has(name))).toEqual([]);
    expect(stdout).not.toContain('node-run');
    const options = commands.flatMap((command) =>
      Object.keys(command.options).filter((name) => command.words?.includes(name) !== true),
    );
    expect(options.filter((name) => !words.has(name) && !words.has(`--${name}`))).toEqual([]);
  });
});

describe('The completion of another shell', () => {
  it('is refused with the shells that there are', async () => {
    const { exitCode, stderr } = await callBench('completion tcsh');

    expect(exitCode).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });
});
