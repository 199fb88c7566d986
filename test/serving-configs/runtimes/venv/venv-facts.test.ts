import { existsSync } from 'node:fs';
import path from 'node:path';
import { manifestOf, servingNames, type ServingName } from '../../../../serving-configs/index.ts';
import type { VenvFacts } from '../../../../serving-configs/manifest.ts';
import { platformWords } from '../../../../serving-configs/runtimes/venv/describe-serving.ts';
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
  /\{(?:python|bin|packages|node|here|common|work|run|model|inputs|outputs|restPort|grpcPort|threads|port:[a-z]+)\}/g;

/** Every text that may hold placeholders. */
const textsOf = (facts: VenvFacts): readonly string[] => [
  ...facts.command,
  ...Object.values(facts.variables ?? {}),
  ...Object.keys(facts.files ?? {}),
  ...(facts.leaves ?? []),
  facts.ready.path,
];

const STAND_IN = 'a stand-in';

describe('the facts of platforms about running from packages', () => {
  it.each(servingNames)('names only existing placeholders and files: %s', (name) => {
    const facts = factsOf(name);
    const texts = facts === undefined ? [] : textsOf(facts);
    const strange = texts.filter((text) => /\{[^}]*\}/.test(text.replaceAll(KNOWN, '')));
    const here = filesFolder(name);
    const files = [
      ...Object.values(facts?.files ?? {}),
      ...texts
        .filter((text) => text.startsWith('{here}/'))
        // A folder may be named with others behind a colon.
        .map((text) => text.slice('{here}/'.length).split(':')[0] ?? ''),
    ];

    expect(strange).toEqual([]);
    expect(files.filter((file) => !existsSync(path.join(here, file)))).toEqual([]);
  });

  it.each(servingNames)('puts %s on loopback and on the ports of the run', (name) => {
    const facts = factsOf(name);
    const text = JSON.stringify(facts ?? {});
    const named = new Set([...text.matchAll(/\{port:([a-z]+)\}/g)].map((match) => match[1]));

    expect(text).not.toMatch(/0\.0\.0\.0|\[::\]/);
    expect([...named].filter((port) => !(facts?.ports ?? []).includes(port ?? ''))).toEqual([]);
  });

  it.each(servingNames)(
    'is what %s was checked against according to the manifest',
    async (name) => {
      const facts = factsOf(name);
      const { checkedAgainst } = manifestOf(name);
      const said = checkedAgainst?.startsWith(`${STAND_IN} `) === true ? STAND_IN : checkedAgainst;
      const words = facts && platformWords(facts, await readRequirements(facts.environment));

      expect(said).toBe(facts?.real === false ? STAND_IN : words);
    },
  );

  it.each(servingNames)('explains what is not the real platform: %s', (name) => {
    const facts = factsOf(name);

    expect(facts?.real === false ? facts.note : 'real').toMatch(/real|[^]{40}/);
  });
});
