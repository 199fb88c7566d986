import { manifestOf, servingNames, type ServingName } from '../../../../serving-configs/index.ts';
import { platformWords } from '../../../../serving-configs/runtimes/venv/describe-serving.ts';
import { isPossible, loadFacts } from '../../../../serving-configs/runtimes/venv/load-facts.ts';
import { readRequirements } from '../../../../serving-configs/runtimes/venv/requirements.ts';

const PEER = 'a stand-in';

/** What runs from packages in the place of a serving; undefined where nothing does. */
const runsFor = async (serving: ServingName): Promise<string | undefined> => {
  const facts = await loadFacts(serving);
  if (!isPossible(facts)) return undefined;
  return facts.real ? platformWords(facts, await readRequirements(facts.environment)) : PEER;
};

describe('what a manifest says that it was checked against', () => {
  it.each(servingNames)('is what runs from packages for %s', async (serving) => {
    const { checkedAgainst } = manifestOf(serving);
    const said = checkedAgainst?.startsWith(`${PEER} `) === true ? PEER : checkedAgainst;

    expect(said).toBe(await runsFor(serving));
  });
});
