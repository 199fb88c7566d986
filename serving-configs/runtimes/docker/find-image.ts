import { docker, type DockerProblem } from './docker.ts';
import type { ImageSource } from './image-source.ts';

/** An image that is here. */
export interface FoundImage {
  /** Names this image and no other: `name@sha256:…` of a registry, or the id of one that was built here. */
  readonly reference: string;
  readonly sizeBytes: number;
  /** Absent where the image and what it was built on are those that are named. */
  readonly standIn?: StandIn;
}

/** What stands for an image that a test cannot fetch. */
export interface StandIn {
  /** Which image is not the one that is named: this one, or the one that it was built on. */
  readonly of: 'image' | 'base image';
  /** Whether the server in it is the platform's own. */
  readonly hasRealServer: boolean;
  /** What really runs in it, in the words of every output. */
  readonly note: string;
}

/** What the labels of such an image say; what is built on it has them, too. */
const STAND_IN_LABEL = 'serving-compare.stand-in';
const SERVER_LABEL = 'serving-compare.stand-in.server';

const readStandIn = (
  labels: Readonly<Record<string, string>>,
  kind: ImageSource['kind'],
): StandIn | undefined => {
  const what = labels[STAND_IN_LABEL];
  if (what === undefined) return undefined;
  if (kind === 'build') {
    // The servers of images that we build are not from their bases.
    const note = `built on a stand-in for its base image: ${what}`;
    return { of: 'base image', hasRealServer: true, note };
  }
  const hasRealServer = labels[SERVER_LABEL] === 'real';
  const server = hasRealServer ? 'the real one' : 'a stand-in, too';
  const note = `in a stand-in for its image: ${what}; the server in it is ${server}`;
  return { of: 'image', hasRealServer, note };
};

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
 * @throws DockerProblem where Docker does not answer; the signal's reason where it was aborted.
 */
export const findImage = async (
  { name, kind }: ImageSource,
  signal?: AbortSignal,
): Promise<FoundImage | undefined> => {
  let inspected: Inspected | undefined;
  try {
    const what = `cannot look up the image ${name}`;
    const text = await docker(['image', 'inspect', name], { what, timeoutMs: ASK_MS, signal });
    [inspected] = JSON.parse(text) as readonly Inspected[];
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as DockerProblem).daemonIsGone) throw error;
  }
  if (inspected === undefined) return undefined;
  const digests = inspected.RepoDigests ?? [];
  const wanted = repositoryOf(name);
  // Docker leaves its own registry out of names.
  const digest = digests.find((one) => wanted.endsWith(repositoryOf(one)));
  const standIn = readStandIn(inspected.Config.Labels ?? {}, kind);
  return { reference: digest ?? inspected.Id, sizeBytes: inspected.Size, standIn };
};
