import { valueIn, type ValuesOf, type Variables } from './command.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads environment variables. An empty one counts as not set.
 *
 * @throws UsageError that lists every problem on a line of its own
 */
export const readVariables = <Of extends Variables>(
  variables: Of,
  env: Readonly<Record<string, string | undefined>>,
): ValuesOf<Of> => {
  const problems: string[] = [];
  const values = Object.entries(variables).map(([name, option]) => {
    const given = env[name] === undefined || env[name] === '' ? undefined : [env[name]];
    if (given === undefined && option.required === true) problems.push(`${name} is not set`);
    try {
      return [name, valueIn(name, option, given)] as const;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(`${error.message}: ${error.hint}`);
      return [name, undefined] as const;
    }
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'), 'set these variables');
  return Object.fromEntries(values) as ValuesOf<Of>;
};
