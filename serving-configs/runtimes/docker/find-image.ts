import { docker, type DockerProblem } from './docker.ts';
import type { ImageSource } from './image-source.ts';

/** An image that is here. */
export interface FoundImage {
  /** Names this image and no other: `name@sha256:…` of a registry, or the id of one that was built here. */
  readonly reference: string;
  readonly sizeBytes: number;
  /** What really runs in an image that only stands for another one. */
  readonly standIn?: string;
}

/** What a test gives an image that stands for one which it cannot fetch; every output then says so. */
const STAND_IN_LABEL = 'serving-compare.stand-in';

const ASK_MS = 20_000;

interface Inspected {
  readonly Id: string;
  readonly RepoDigests: readonly string[] | null;
  readonly Size: number;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
}

/** Its name without tag and digest. */
const repositoryOf = (name: string): string => name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/**
 * Looks an image up.
 * @returns Undefined where it is not here.
 * @throws DockerProblem where Docker does not answer.
 */
export const findImage = async ({
  name,
  kind,
}: Pick<ImageSource, 'name'> & Partial<Pick<ImageSource, 'kind'>>): Promise<
  FoundImage | undefined
> => {
  let inspected: Inspected | undefined;
  try {
    const what = `cannot look up the image ${name}`;
    const text = await docker(['image', 'inspect', name], { what, timeoutMs: ASK_MS });
    [inspected] = JSON.parse(text) as readonly Inspected[];
  } catch (error) {
    if ((error as DockerProblem).daemonIsGone) throw error;
  }
  if (inspected === undefined) return undefined;
  const digests = inspected.RepoDigests ?? [];
  const wanted = repositoryOf(name);
  // Docker leaves its own registry out of names.
  const digest = digests.find((one) => wanted.endsWith(repositoryOf(one)));
  // What is built here has the labels of its base, too.
  const standIn = kind === 'build' ? undefined : inspected.Config.Labels?.[STAND_IN_LABEL];
  return {
    reference: digest ?? inspected.Id,
    sizeBytes: inspected.Size,
    ...(standIn === undefined ? {} : { standIn }),
  };
};
