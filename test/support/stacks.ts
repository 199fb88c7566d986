import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Archives } from '../../lib/aws/constructs/bundle-asset.ts';
import { parseConfig } from '../../lib/aws/config/index.ts';
import { createStacks } from '../../lib/aws/stacks/create-stacks.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The feature flags that the command line passes. */
const { context: flags } = JSON.parse(readFileSync(path.join(root, 'cdk.json'), 'utf8')) as {
  readonly context: Readonly<Record<string, unknown>>;
};

/** Other tests check the templates. The report of these checks would repeat our warnings for each of hundreds of syntheses. */
const context = { ...flags, '@aws-cdk/core:annotationsInValidationReport': false };

export const archives: Archives = {
  bundle: { sourceHash: 'b'.repeat(64), command: ['node', 'bin/bundle.js', 'bundle'] },
  models: undefined,
};

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** A resource in a template. Handles of wait conditions have no properties. */
export type RawResource = Omit<Resource, 'Properties'> & Partial<Pick<Resource, 'Properties'>>;

export interface TemplateJson {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

export interface Synthesised {
  readonly app: App;
  readonly base: TemplateJson;
  readonly pairs: readonly TemplateJson[];
  /** All templates, the base first. */
  readonly templates: readonly TemplateJson[];
  readonly resources: readonly (Resource & { readonly id: string })[];
}

const jsonOf = (stack: Stack): TemplateJson => Template.fromStack(stack).toJSON() as TemplateJson;

/**
 * Synthesises the stacks of a configuration with the project's feature flags.
 *
 * @param input content of the configuration file
 * @param replaced archives to use instead of {@link archives}
 * @param isChecked whether `app.synth` checks the rules of CloudFormation
 */
export const synthesise = (
  input: Readonly<Record<string, unknown>>,
  replaced: Partial<Archives> = {},
  isChecked = false,
): Synthesised => {
  const app = new App({ context, builtinCloudFormationValidation: isChecked });
  const { base, pairs } = createStacks(app, parseConfig(input), { ...archives, ...replaced });
  const templates = [jsonOf(base), ...pairs.map(jsonOf)];
  const [first, ...pairTemplates] = templates;
  if (first === undefined) throw new Error('there is always a base');
  return {
    app,
    base: first,
    pairs: pairTemplates,
    templates,
    resources: templates.flatMap(({ Resources }) =>
      Object.entries(Resources).map(([id, resource]) => ({
        id,
        ...resource,
        Properties: resource.Properties ?? {},
      })),
    ),
  };
};

export const ofType = (
  { resources }: Pick<Synthesised, 'resources'>,
  type: string,
): readonly Resource[] => resources.filter(({ Type }) => Type === type);

/** A statement of a policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Principal?: unknown;
}

/** Wraps a single value into a list. */
export const listOf = <Item>(value: Item | readonly Item[]): readonly Item[] =>
  Array.isArray(value) ? (value as readonly Item[]) : [value as Item];

/** The statements of a policy resource. */
export const statementsOf = (
  resource: Partial<Pick<Resource, 'Properties'>> | undefined,
): readonly Statement[] =>
  (resource?.Properties?.PolicyDocument as { Statement: Statement[] } | undefined)?.Statement ?? [];
