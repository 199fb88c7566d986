/** What the command and the files of a container say about where it listens and what it answers. */

const ADDRESS = /\b(0\.0\.0\.0|127\.0\.0\.1):(\d+)/g;
/** `--rest_port=8501`, `-admin-port 15000`, `port: 8000`, `"http_port": 8080`; but not what only holds the word. */
const PORT = /(?<![a-z])(?:[a-z]+[_-])*port["']?(?:=|:?\s)\s*"?(\d+)/gi;

const portsAt = (text: string, address: string): readonly number[] =>
  [...text.matchAll(ADDRESS)].filter(([, at]) => at === address).map(([, , port]) => Number(port));

/** Ports that it opens to others, in ascending order: all that it names, without those of its own loopback. */
export const openPorts = (text: string): readonly number[] => {
  const inside = new Set(portsAt(text, '127.0.0.1'));
  const named = [...text.matchAll(PORT)].map(([, port]) => Number(port));
  const open = [...portsAt(text, '0.0.0.0'), ...named.filter((port) => !inside.has(port))];
  return [...new Set(open)].toSorted((one, other) => one - other);
};

const ROUTE = /\b(?:path|api_path|route_prefix)(?:=|:\s+)"?(\/[\w/-]*)/g;

/** The routes that it names. */
export const saidRoutes = (text: string): readonly string[] =>
  [...text.matchAll(ROUTE)].map(([, route = '']) => route);

const FILE = /(?<![\w.}:/])\/\w[\w./-]*/g;

/** Absolute paths of files and folders that the words of a command name. */
export const saidFiles = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => word.match(FILE) ?? []);
