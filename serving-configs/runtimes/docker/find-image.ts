import { docker, QUERY_TIMEOUT_MS, type DockerProblem } from './docker.ts';
import type { ImageSource } from './image-source.ts';

/** An image on this machine. */
export interface FoundImage {
  /** Exact reference: `name@sha256:…` in a registry, or the id of an image built on this machine. */
  readonly reference: string;
  readonly sizeBytes: number;
  /** Absent if the image and its base image are the real ones. */
  readonly standIn?: StandIn;
}

/** A stand-in for an image that tests cannot pull. */
export interface StandIn {
  /** Which image is a stand-in: the image itself or its base image. */
  readonly of: 'image' | 'base image';
  /** Whether the server in it is the platform's own. */
  readonly hasRealServer: boolean;
  /** What really runs in it, as shown to users. */
  readonly note: string;
}

/** Labels of a stand-in, which images built on it inherit. */
const STAND_IN_LABEL = 'serving-compare.stand-in';
const SERVER_LABEL = 'serving-compare.stand-in.server';

const readStandIn = (
  labels: Readonly<Record<string, string>>,
  kind: ImageSource['kind'],
): StandIn | undefined => {
  const description = labels[STAND_IN_LABEL];
  if (description === undefined) return undefined;
  if (kind === 'build') {
    // In an image that we build, the server does not come from the base image.
    const note = `built on a stand-in for its base image: ${description}`;
    return { of: 'base image', hasRealServer: true, note };
  }
  const hasRealServer = labels[SERVER_LABEL] === 'real';
  const server = hasRealServer ? 'the real one' : 'a stand-in, too';
  const note = `in a stand-in for its image: ${description}; the server in it is ${server}`;
  return { of: 'image', hasRealServer, note };
};

/** The part of `docker image inspect` that is used. */
interface ImageDetails {
  readonly Id: string;
  readonly RepoDigests: readonly string[] | null;
  readonly Size: number;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> | null };
}

/** Returns the name of an image without tag and digest. */
const repositoryOf = (name: string): string => name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/**
 * Looks up an image on this machine.
 * @returns undefined if it is not there.
 * @throws DockerProblem if Docker does not answer; the reason of the signal if it is aborted.
 */
export const findImage = async (
  { name, kind }: ImageSource,
  signal?: AbortSignal,
): Promise<FoundImage | undefined> => {
  let image: ImageDetails | undefined;
  try {
    const what = `cannot look up the image ${name}`;
    const limits = { what, timeoutMs: QUERY_TIMEOUT_MS, signal };
    const text = await docker(['image', 'inspect', name], limits);
    [image] = JSON.parse(text) as readonly ImageDetails[];
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as DockerProblem).code === 'no-daemon') throw error;
  }
  if (image === undefined) return undefined;
  const repository = repositoryOf(name);
  // Docker omits the host of Docker Hub from names.
  const digest = image.RepoDigests?.find((known) => repository.endsWith(repositoryOf(known)));
  const standIn = readStandIn(image.Config.Labels ?? {}, kind);
  return { reference: digest ?? image.Id, sizeBytes: image.Size, standIn };
};

/**
 * The names of all images on this machine.
 * @throws DockerProblem if Docker does not answer.
 */
export const listImages = async (signal: AbortSignal): Promise<readonly string[]> => {
  const limits = { what: 'cannot list images', timeoutMs: QUERY_TIMEOUT_MS, signal };
  const format = '{{.Repository}}:{{.Tag}}';
  return (await docker(['image', 'ls', '--format', format], limits)).split('\n');
};
