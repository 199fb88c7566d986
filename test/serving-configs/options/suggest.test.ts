import { suggest } from '../../../serving-configs/options/suggest.ts';

const known = ['run', 'plan', 'report', 'servings', 'serve', 'tfserving', 'torchserve'];

describe('a suggestion', () => {
  it.each([
    ['tfservng', 'tfserving'],
    ['repotr', 'report'],
    ['Plan', 'plan'],
    ['torch', 'torchserve'],
    ['rnu', 'run'],
  ])('for "%s" is "%s"', (word, meant) => {
    expect(suggest(word, known)).toBe(meant);
  });

  it.each(['xyz', 'kubernetes', ''])('is not made for "%s"', (word) => {
    expect(suggest(word, known)).toBeUndefined();
  });
});
