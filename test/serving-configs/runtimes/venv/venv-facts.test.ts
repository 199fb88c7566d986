import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  servingFactsOf,
  servingNames,
  type ServingName,
} from '../../../../serving-configs/index.ts';
import type { VenvFacts } from '../../../../serving-configs/manifest.ts';
import { describeSoftware } from '../../../../serving-configs/runtimes/venv/describe-serving.ts';
import { readRequirements } from '../../../../serving-configs/runtimes/venv/requirements.ts';
import {
  factsOf as venvOf,
  filesFolder,
  isPossible,
} from '../../../../serving-configs/runtimes/venv/venv-facts.ts';

const factsOf = (name: ServingName): VenvFacts | undefined => {
  const facts = venvOf(name);
  return isPossible(facts) ? facts : undefined;
};

const KNOWN =
  /\{(?:python|bin|packages|node|here|common|work|run|model|inputs|outputs|restPort|grpcPort|threads|instances|maxBatch|delay(?:Ms|Us|Seconds)|if(?:Given|OneInstance|Instances|Batches|NoBatches)|port:[a-z]+)\}/g;

/** All texts that may have placeholders. */
const textsOf = (facts: VenvFacts): readonly string[] => [
  ...facts.command,
  ...Object.values(facts.variables ?? {}),
  ...Object.keys(facts.files ?? {}),
  ...(facts.leaves ?? []),
  facts.ready.path,
];

const STAND_IN = 'a stand-in';

describe('a platform from packages', () => {
  it.each(servingNames)('has only known placeholders and existing files: %s', (name) => {
    const facts = factsOf(name);
    const texts = facts === undefined ? [] : textsOf(facts);
    const unknown = texts.filter((text) => /\{[^}]*\}/.test(text.replaceAll(KNOWN, '')));
    const here = filesFolder(name);
    const files = [
      ...Object.values(facts?.files ?? {}),
      ...texts
        .filter((text) => text.startsWith('{here}/'))
        // Further folders may follow after a colon.
        .map((text) => text.slice('{here}/'.length).split(':')[0] ?? ''),
    ];

    expect(unknown).toEqual([]);
    expect(files.filter((file) => !existsSync(path.join(here, file)))).toEqual([]);
  });

  it.each(servingNames)('listens on loopback and on the ports of the run: %s', (name) => {
    const facts = factsOf(name);
    const text = JSON.stringify(facts ?? {});
    const used = new Set([...text.matchAll(/\{port:([a-z]+)\}/g)].map((match) => match[1]));

    expect(text).not.toMatch(/0\.0\.0\.0|\[::\]/);
    expect([...used].filter((port) => !(facts?.ports ?? []).includes(port ?? ''))).toEqual([]);
  });

  it.each(servingNames)(
    'is the software that the simulated %s was checked against, according to the manifest',
    async (name) => {
      const facts = factsOf(name);
      const { checkedAgainst } = servingFactsOf(name);
      const isStandIn = checkedAgainst?.startsWith(`${STAND_IN} `) === true;
      const software = facts && describeSoftware(facts, await readRequirements(facts.environment));

      expect(isStandIn ? STAND_IN : checkedAgainst).toBe(
        facts?.real === false ? STAND_IN : software,
      );
    },
  );

  it.each(servingNames)('has a note if it is not the real platform: %s', (name) => {
    const facts = factsOf(name);

    expect(facts?.real === false ? facts.note : 'real').toMatch(/real|[^]{40}/);
  });
});
