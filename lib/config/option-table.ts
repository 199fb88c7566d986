import type { Option } from '../../serving-configs/options/command.ts';
import { optionNames, options } from './options.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const defaultOf = ({ default: value, defaultText }: Option): string =>
  defaultText ?? (value === undefined ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``);

/** The documentation of all options as a Markdown table. */
export const optionTable = (): string =>
  [
    '| option | what it decides | takes | default |',
    '| --- | --- | --- | --- |',
    ...optionNames.map((name) => {
      const found: Option = options[name];
      const cells = [`\`${name}\``, found.description, found.kind.expected, defaultOf(found)];
      return `| ${cells.map(cell).join(' | ')} |`;
    }),
  ].join('\n');
