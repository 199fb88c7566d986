import { execFileSync } from 'node:child_process';
import { shellWord } from '../../../serving-configs/options/shell-word.ts';

describe('a word of a command line', () => {
  it.each(['results/a-1', '/with a blank', "it's", '$HOME;"`', ''])(
    'is one unchanged word for a shell: %j',
    (text) => {
      const printed = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], {
        encoding: 'utf8',
      });

      expect(printed).toBe(text);
    },
  );

  it('is not quoted without need', () => {
    expect(shellWord('/runs/2026-01-31T12-00-00-quick')).toBe('/runs/2026-01-31T12-00-00-quick');
  });
});
