import type { CommandLine, Option } from '../../../serving-configs/options/command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A command as `--help` lists it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly line: CommandLine;
}

/** What a shell offers as a value: nothing, words, or paths. */
interface Value {
  readonly from: readonly string[] | 'file' | 'folder';
  /** Whether several may be given, separated by commas. */
  readonly isList: boolean;
}

/** An option as it is typed. */
interface TypedOption {
  readonly name: string;
  readonly description: string;
  /** Undefined for a flag. */
  readonly value: Value | undefined;
}

const valueOf = ({ kind }: Option): Value => ({
  from: kind.completions ?? [],
  isList: kind.joinedBy === ',',
});

/** The first clause of a description: a shell shows one line for each option. */
const gistOf = (description: string): string => description.split(/; |, such as/, 1).join('');

const optionsOf = ({ words = [], options }: CommandLine): readonly TypedOption[] => [
  ...Object.entries(options)
    .filter(([name]) => !words.includes(name))
    .flatMap(([name, option]): readonly TypedOption[] => {
      const description = gistOf(option.description);
      const value = option.kind.placeholder === '' ? undefined : valueOf(option);
      const denied = { name: `--no-${name}`, description: `not: ${description}`, value };
      return [{ name: `--${name}`, description, value }, ...(option.negatable ? [denied] : [])];
    }),
  { name: '--help', description: 'its options', value: undefined },
];

/** What is completed at the positions of a command. */
const positionsOf = ({ words = [], options }: CommandLine): readonly Value[] =>
  words.flatMap((word) => {
    const option = options[word];
    return option === undefined ? [] : [valueOf(option)];
  });

/** A text in single quotes, for all three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** `case` branches of bash, one for all keys with the same body. Keys without a body have no branch. */
const branches = (bodies: readonly (readonly [key: string, body: string])[]): readonly string[] => {
  const keysOf = new Map<string, string[]>();
  for (const [key, body] of bodies) keysOf.set(body, [...(keysOf.get(body) ?? []), quoted(key)]);
  keysOf.delete('');
  return [...keysOf].map(([body, keys]) => `    ${keys.join(' | ')}) ${body} ;;`);
};

const bashValue = ({ from, isList }: Value): string => {
  if (typeof from === 'string') return `paths=${from}`;
  return from.length === 0 ? '' : `values=${quoted(from.join(' '))}${isList ? ' list=yes' : ''}`;
};

const bash = (commands: readonly CompletedCommand[]): string => {
  const names = commands.map(({ name }) => name).join(' ');
  const withOptions = commands.map(({ name, line }) => ({ name, options: optionsOf(line), line }));
  return linesOf([
    '# Completion of serving-compare in bash: npx serving-compare completion bash',
    '_serving_compare() {',
    "  local cur=${COMP_WORDS[COMP_CWORD]} at=0 values='' options='' takes='' list='' paths='' given='' value",
    '  COMPREPLY=()',
    '  while ((at < COMP_CWORD)) && [[ ${COMP_WORDS[at]} != *serving-compare ]]; do ((at += 1)); done',
    '  ((at < COMP_CWORD)) || return',
    '  local command=${COMP_WORDS[at + 1]} previous=${COMP_WORDS[COMP_CWORD - 1]} position=0 word',
    "  [[ $cur == = ]] && cur=''",
    '  [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}',
    '  case $command in',
    ...branches(
      withOptions.map(({ name, options }) => [
        name,
        `options=${quoted(options.map((option) => option.name).join(' '))} takes=${quoted(
          ` ${options.flatMap((option) => (option.value ? [option.name] : [])).join(' ')} `,
        )}`,
      ]),
    ),
    '  esac',
    '  for ((word = at + 2; word < COMP_CWORD; word += 1)); do',
    '    case ${COMP_WORDS[word]} in',
    '    =) ((word += 1)) ;;',
    '    -*)',
    '      [[ $takes == *" ${COMP_WORDS[word]} "* && ${COMP_WORDS[word + 1]} != = ]] && ((word += 1))',
    '      ;;',
    '    *) ((position += 1)) ;;',
    '    esac',
    '  done',
    '  if ((COMP_CWORD == at + 1)); then',
    `    values=${quoted(`${names} --help --version`)}`,
    '  elif [[ $takes == *" $previous "* ]]; then',
    '    case "$command $previous" in',
    ...branches(
      withOptions.flatMap(({ name, options }) =>
        options.map((option) => [
          `${name} ${option.name}`,
          option.value === undefined ? '' : bashValue(option.value),
        ]),
      ),
    ),
    '    esac',
    '  elif [[ $cur == -* ]]; then',
    '    values=$options',
    '  else',
    '    case "$command $position" in',
    `    'help 0') values=${quoted(names)} ;;`,
    ...branches(
      withOptions.flatMap(({ name, line }) =>
        positionsOf(line).map((value, at) => [`${name} ${at}`, bashValue(value)]),
      ),
    ),
    '    esac',
    '  fi',
    '  if [[ -n $paths ]]; then',
    "    local IFS=$'\\n'",
    '    compopt -o filenames 2>/dev/null',
    '    [[ $paths == folder ]] && COMPREPLY=($(compgen -d -- "$cur")) || COMPREPLY=($(compgen -f -- "$cur"))',
    '    return',
    '  fi',
    '  if [[ -n $list ]]; then',
    '    [[ $cur == *,* ]] && given=${cur%,*},',
    '    compopt -o nospace 2>/dev/null',
    '  fi',
    '  for value in $values; do',
    '    [[ $value == "${cur#"$given"}"* && ,$given != *,$value,* ]] && COMPREPLY+=("$given$value")',
    '  done',
    '}',
    'complete -F _serving_compare serving-compare',
    '# Other commands of npx keep the completion of file names.',
    'complete -p npx >/dev/null 2>&1 || complete -o bashdefault -o default -F _serving_compare npx',
  ]);
};

/** A text inside a specification of `_arguments`. */
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

const zshAction = ({ from, isList }: Value): string => {
  if (from === 'file') return '_files';
  if (from === 'folder') return '_files -/';
  if (from.length === 0) return ' ';
  return isList ? `_values -s , value ${from.join(' ')}` : `(${from.join(' ')})`;
};

const zsh = (commands: readonly CompletedCommand[]): string =>
  linesOf([
    '# Completion of serving-compare in zsh: npx serving-compare completion zsh',
    '_serving_compare() {',
    '  local curcontext=$curcontext state line',
    '  local -a commands',
    '  commands=(',
    ...commands.map(({ name, summary }) => `    ${quoted(`${name}:${zshText(summary)}`)}`),
    '  )',
    "  _arguments -C '(- *)--help[the commands]' '(- *)--version[its version]' '1:command:->command' '*::argument:->argument'",
    '  case $state in',
    '    command) _describe command commands ;;',
    '    argument)',
    '      case $words[1] in',
    '        help) _describe command commands ;;',
    ...commands.flatMap(({ name, line }) => [
      `        ${name})`,
      '          _arguments \\',
      ...[
        ...optionsOf(line).map(
          ({ name: option, description, value }) =>
            `${option}[${zshText(description)}]${value === undefined ? '' : `:value:${zshAction(value)}`}`,
        ),
        ...positionsOf(line).map((value, at) => `${at + 1}:value:${zshAction(value)}`),
      ].map((spec, at, all) => `            ${quoted(spec)}${at === all.length - 1 ? '' : ' \\'}`),
      '          ;;',
    ]),
    '      esac',
    '      ;;',
    '  esac',
    '}',
    '_serving_compare_npx() {',
    '  local at=${words[(I)*serving-compare]}',
    '  if ((at > 1 && at < CURRENT)); then',
    '    shift $((at - 1)) words',
    '    ((CURRENT -= at - 1))',
    '    _serving_compare',
    '  else',
    '    _default',
    '  fi',
    '}',
    'compdef _serving_compare serving-compare',
    '(( $+_comps[npx] )) || compdef _serving_compare_npx npx',
  ]);

/** The options that take a value, in whichever command. */
const valueOptionsOf = (commands: readonly CompletedCommand[]): readonly string[] => [
  ...new Set(
    commands.flatMap(({ line }) =>
      optionsOf(line).flatMap(({ name, value }) => (value === undefined ? [] : [name])),
    ),
  ),
];

const fishValue = (value: Value | undefined): string => {
  if (value === undefined) return '';
  const { from, isList } = value;
  if (from === 'file') return ' -r -F';
  if (from === 'folder') return " -x -a '(__fish_complete_directories)'";
  if (from.length === 0) return ' -x';
  const words = from.join(' ');
  return ` -x -a ${quoted(isList ? `(__serving_compare_list ${words})` : words)}`;
};

const fish = (commands: readonly CompletedCommand[]): string =>
  linesOf([
    '# Completion of serving-compare in fish: npx serving-compare completion fish',
    'function __serving_compare_list',
    "    set -l given (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')",
    '    for value in $argv',
    '        string match -q "*,$value,*" ",$given"; or echo "$given$value"',
    '    end',
    'end',
    `set -g __serving_compare_takes ${valueOptionsOf(commands).join(' ')}`,
    '# Whether a command is typed, and so many words after it if a number is given.',
    'function __serving_compare_is',
    '    set -l words (commandline -opc)[2..-1]',
    '    test "$words[1]" = $argv[1]; or return 1',
    '    set -q argv[2]; or return 0',
    '    set -l position 0',
    '    set -l last',
    '    for word in $words[2..-1]',
    "        string match -q -- '-*' $word; or contains -- $last $__serving_compare_takes; or set position (math $position + 1)",
    '        set last $word',
    '    end',
    '    test $position -eq $argv[2]',
    'end',
    'function __serving_compare_npx',
    '    set -l words (commandline -opc)',
    '    set -l at (contains -i serving-compare $words); or return 1',
    "    complete -C (string join ' ' -- (string escape -- $words[$at..-1]) (commandline -ct))",
    'end',
    'complete -c serving-compare -f',
    ...commands.flatMap(({ name, summary, line }) => [
      `complete -c serving-compare -n 'test (count (commandline -opc)) -eq 1' -a ${name} -d ${quoted(summary)}`,
      `complete -c serving-compare -n '__serving_compare_is help 0' -a ${name} -d ${quoted(summary)}`,
      ...optionsOf(line).map(
        ({ name: option, description, value }) =>
          `complete -c serving-compare -n '__serving_compare_is ${name}' -l ${option.slice(2)} -d ${quoted(description)}${fishValue(value)}`,
      ),
      ...positionsOf(line).map(
        (value, at) =>
          `complete -c serving-compare -n '__serving_compare_is ${name} ${at}'${fishValue(value).replace(/^ -x/, ' -f').replace(' -r -F', ' -F')}`,
      ),
    ]),
    "complete -c npx -n 'contains serving-compare (commandline -opc)' -f -a '(__serving_compare_npx)'",
  ]);

/** The completion script of each shell. */
export const scripts: Readonly<
  Record<(typeof SHELLS)[number], (commands: readonly CompletedCommand[]) => string>
> = { bash, zsh, fish };
