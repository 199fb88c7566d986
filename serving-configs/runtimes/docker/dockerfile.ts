/** What of a Dockerfile decides what an image is. */
export interface DockerfileFacts {
  /** Base images by the build argument that names them, with the tag that is its default. */
  readonly bases: Readonly<Record<string, string>>;
  /** Files and folders of the context that are copied into the image. */
  readonly copied: readonly string[];
}

const BASE = /^ARG (\w+_IMAGE)=(\S+)$/gm;
const COPY = /^COPY (?!--from=)(.+)$/gm;

/**
 * Reads a Dockerfile of ours.
 *
 * @param text Its instructions, each alone on its line or continued with a backslash.
 * @param given Build arguments that stand in the paths of COPY.
 */
export const readDockerfile = (
  text: string,
  given: Readonly<Record<string, string>> = {},
): DockerfileFacts => {
  const lines = text.replaceAll(/\\\n\s*/g, ' ');
  const filledIn = lines.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => given[name] ?? all);
  return {
    bases: Object.fromEntries(
      [...lines.matchAll(BASE)].map(([, name = '', tag = '']) => [name, tag]),
    ),
    copied: [...filledIn.matchAll(COPY)].flatMap(([, words = '']) =>
      words.trim().split(/\s+/).slice(0, -1),
    ),
  };
};
