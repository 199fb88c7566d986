import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  manifestOf,
  platformOf,
  platforms,
  servingNames,
  type ServingName,
} from '../../../../serving-configs/index.ts';
import { probeBase } from '../../../../serving-configs/runtimes/venv/await-ready.ts';
import {
  engineWords,
  platformWords,
} from '../../../../serving-configs/runtimes/venv/describe-serving.ts';
import {
  filesFolder,
  isPossible,
  loadFacts,
} from '../../../../serving-configs/runtimes/venv/load-facts.ts';
import { readRequirements } from '../../../../serving-configs/runtimes/venv/requirements.ts';
import type { VenvFacts } from '../../../../serving-configs/runtimes/venv/venv-facts.ts';

const folder = path.resolve(import.meta.dirname, '../../../../serving-configs/platforms');

const factsOf = async (name: ServingName): Promise<VenvFacts | undefined> => {
  const facts = await loadFacts(name);
  return isPossible(facts) ? facts : undefined;
};

const KNOWN =
  /\{(?:python|bin|packages|node|here|common|work|model|input|output|shape|restPort|grpcPort|threads|port:[a-z]+)\}/g;

/** Every text that may hold placeholders. */
const textsOf = (facts: VenvFacts): readonly string[] => [
  ...facts.command,
  ...Object.values(facts.variables ?? {}),
  ...Object.keys(facts.files ?? {}),
  facts.ready.path,
];

describe('what the platforms say about running from packages', () => {
  it.each(Object.keys(platforms))('is there for %s', (platform) => {
    expect(existsSync(path.join(folder, platform, 'venv.ts'))).toBe(true);
  });

  it.each(servingNames)('tells how %s runs, or why it cannot', async (name) => {
    const facts = await loadFacts(name);

    expect('impossible' in facts ? facts.impossible.length : facts.command.length).toBeGreaterThan(
      0,
    );
  });

  it.each(servingNames)('names only placeholders and files that are there: %s', async (name) => {
    const facts = await factsOf(name);
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

  it.each(servingNames)('puts %s on loopback and on the ports of the run', async (name) => {
    const facts = await factsOf(name);
    const text = JSON.stringify(facts ?? {});
    const named = new Set([...text.matchAll(/\{port:([a-z]+)\}/g)].map((match) => match[1]));

    expect(text).not.toMatch(/0\.0\.0\.0|\[::\]/);
    expect([...named].filter((port) => !(facts?.ports ?? []).includes(port ?? ''))).toEqual([]);
  });

  it('finds the software of every serving in its environment', async () => {
    const words = [];
    for (const name of servingNames) {
      const facts = await factsOf(name);
      if (facts === undefined) continue;
      const requirements = await readRequirements(facts.environment);
      words.push(`${platformWords(facts, requirements)}: ${engineWords(requirements, 'onnx', 1)}`);
    }
    const unclear = words.filter(
      (text) => !/\d\.\d.*: ONNX Runtime \d+\.\d+\.\d+, 1 thread, 1 at a time$/.test(text),
    );

    expect(words.length).toBeGreaterThan(10);
    expect(unclear).toEqual([]);
  });

  it('explains everything that is not the real platform', async () => {
    const notes = [];
    for (const name of servingNames) {
      const facts = await factsOf(name);
      if (facts !== undefined && !facts.real) notes.push(facts.note ?? '');
    }

    expect(notes.length).toBeGreaterThan(0);
    expect(notes.filter((note) => note.length <= 40)).toEqual([]);
  });

  it('has the versions of the manifests, where the package is the platform itself', async () => {
    const different = [];
    for (const name of servingNames) {
      const facts = await factsOf(name);
      if (facts === undefined || !facts.real || facts.software.version !== undefined) continue;
      const { versions } = await readRequirements(facts.environment);
      const version = versions.get(facts.software.package) ?? 'none';
      if (!manifestOf(name).version.startsWith(version)) different.push([name, version]);
    }

    expect(different).toEqual([]);
  });

  it('cannot run what says nothing about it', async () => {
    expect(await loadFacts('ovms')).toEqual({
      impossible: 'no package carries the server; the one of OpenVINO has its runtime only',
    });
    expect(platformOf('ovms')).toBe('ovms');
  });
});

describe('the question whether a platform answers', () => {
  const ports = { rest: 8080, grpc: 8081, own: { management: 8082 } };

  it('goes to the port that its facts name', () => {
    expect(probeBase({ port: 'rest' }, ports)).toBe('http://127.0.0.1:8080');
    expect(probeBase({ port: 'management' }, ports)).toBe('http://127.0.0.1:8082');
  });

  it('refuses a port that the platform does not have', () => {
    expect(() => probeBase({ port: 'admin' }, ports)).toThrow('no port is named "admin"');
  });
});
