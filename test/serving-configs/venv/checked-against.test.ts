import { manifestOf, servingNames } from '../../../serving-configs/index.ts';
import { platformWords } from '../../../serving-configs/venv/describe-serving.ts';
import { isPossible, loadFacts } from '../../../serving-configs/venv/load-facts.ts';
import { readRequirements } from '../../../serving-configs/venv/requirements.ts';

describe('what a manifest says that it was checked against', () => {
  it.each(servingNames)('is what runs from packages for %s', async (serving) => {
    const { checkedAgainst } = manifestOf(serving);
    const facts = await loadFacts(serving);
    if (!isPossible(facts)) {
      expect(checkedAgainst).toBeUndefined();
      return;
    }
    if (facts.real) {
      expect(checkedAgainst).toBe(platformWords(facts, await readRequirements(facts.environment)));
    } else expect(checkedAgainst).toMatch(/^a peer /);
  });
});
