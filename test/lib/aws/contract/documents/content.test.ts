import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  documentContent,
  type NodeDocument,
} from '../../../../../lib/aws/contract/documents/content.ts';
import { documents } from '../../../../../lib/aws/contract/documents/index.ts';
import { nodePaths } from '../../../../../lib/aws/contract/node-paths.ts';
import { FAULTS, isProcessFault } from '../../../../../lib/bench/model/fault.ts';

const root = path.resolve(import.meta.dirname, '../../../../..');

/** The limit of SSM, which includes the values of the parameters. */
const MAX_DOCUMENT_BYTES = 64 * 1024;

const parameters = Object.entries<NodeDocument>(documents).flatMap(([id, document]) =>
  Object.entries(document.parameters).map(
    ([name, parameter]) => [`${id}.${name}`, parameter] as const,
  ),
);

describe.each(Object.entries<NodeDocument>(documents))('the document %s', (_, document) => {
  const content = documentContent(document);
  const text = JSON.stringify(content);

  it('passes every parameter as a variable and none as text of the script', () => {
    const declared = Object.values(content.parameters as Record<string, object>);

    expect(declared).toEqual(
      declared.map(() => expect.objectContaining({ type: 'String', interpolationType: 'ENV_VAR' })),
    );
    expect(text).not.toContain('{{');
  });

  it('fits into the size limit of a document', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_DOCUMENT_BYTES / 4);
  });

  it('calls an existing script, which needs not be executable, by name', () => {
    const [, script] = /exec bash (\S+)"/.exec(text) ?? [];

    expect(script).toBe(`${nodePaths.commands}/${document.script}`);
    expect(existsSync(path.join(root, 'lib/aws/node/commands', document.script))).toBe(true);
  });
});

it('takes every fault of processes as a parameter of DisturbServing', () => {
  const pattern = new RegExp(documents.DisturbServing.parameters.Fault.allowedPattern);

  expect(FAULTS.filter((fault) => pattern.test(fault))).toEqual(FAULTS.filter(isProcessFault));
});

describe.each(parameters)('the parameter %s', (_, { allowedPattern, default: value }) => {
  const pattern = new RegExp(allowedPattern);

  it('accepts nothing that a shell could read as more than a word', () => {
    const attacks = [
      '$(id)',
      '`id`',
      'a;b',
      'a|b',
      'a&b',
      'a"b',
      "a'b",
      'a\nb',
      '../x',
      'a\\b',
      '{{x}}',
    ];

    expect(attacks.filter((attack) => pattern.test(attack))).toEqual([]);
  });

  it('accepts its own default', () => {
    expect(value === undefined || pattern.test(value)).toBe(true);
  });
});
