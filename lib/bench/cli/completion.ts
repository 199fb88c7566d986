import { choice } from '../../../serving-configs/options/kinds.ts';
import { command } from './command.ts';
import { scripts, SHELLS, type CompletedCommand } from './completion-scripts.ts';

/** How a shell gets its script, in one line that works in that shell. */
const INSTALL: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: 'npx serving-compare completion bash > ~/.serving-compare.bash && echo ". ~/.serving-compare.bash" >> ~/.bashrc',
  zsh: 'npx serving-compare completion zsh > ~/.serving-compare.zsh && echo ". ~/.serving-compare.zsh" >> ~/.zshrc',
  fish: 'npx serving-compare completion fish > ~/.config/fish/conf.d/serving-compare.fish',
};

/**
 * The command that prints the completion of a shell.
 *
 * @param listed loads all commands that people type
 */
export const completionOf = (listed: () => Promise<readonly CompletedCommand[]>) =>
  command({
    description:
      'Prints a script with which a shell completes commands, options, their values and paths, also behind npx.',
    notes: () => `once, in your shell\n${SHELLS.map((shell) => `  ${INSTALL[shell]}\n`).join('')}`,
    words: ['shell'],
    options: {
      shell: {
        kind: choice('shell', SHELLS),
        description: 'bash, zsh (with compinit) or fish',
        required: true,
      },
    },
    examples: ['npx serving-compare completion bash > ~/.serving-compare.bash'],
    run: async ({ shell }, { console }) => {
      console.out(scripts[shell](await listed()));
      return 0;
    },
  });
