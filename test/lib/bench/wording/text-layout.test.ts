import { commandLines, hangingLines } from '../../../../lib/bench/wording/text-layout.ts';

const RESUME = String.raw`npx serving-compare run --resume '/runs/Ann'\''s; one: two'`;

describe('A text with a command', () => {
  it('is wrapped around the command, which has a line of its own', () => {
    const text = `there was no space left: ${RESUME}; all finished measurements are kept`;

    expect(hangingLines('! ', text, 20)).toEqual([
      '! there was no space',
      '  left:',
      `  ${RESUME}`,
      '  all finished',
      '  measurements are',
      '  kept',
    ]);
    expect(commandLines('hint:  ', text)).toEqual([
      'hint:  there was no space left:',
      `       ${RESUME}`,
      '       all finished measurements are kept',
    ]);
  });

  it('has its label on a line of its own if it begins with the command', () => {
    expect(commandLines('hint:  ', RESUME)).toEqual(['hint:', `       ${RESUME}`]);
    expect(hangingLines('', RESUME, 20)).toEqual([RESUME]);
  });

  it('is not broken within a command that it mentions', () => {
    expect(hangingLines('', 'use "npx serving-compare status --watch" to see it', 20)).toEqual([
      'use',
      '"npx serving-compare status --watch"',
      'to see it',
    ]);
  });
});
