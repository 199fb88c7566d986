import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import {
  neededImages,
  type NeededImage,
} from '../../../../serving-configs/runtimes/docker/needed-images.ts';
import { acceleratorOf, ecrRegistryOf, type DeploymentConfig } from '../../../aws/config/index.ts';
import { BenchError, causeOf } from '../../model/errors.ts';
import { createAws } from '../clients.ts';
import { failed, ok, unknown, type DoctorCheck } from './check.ts';
import { askRegistry, locationOf, type ImageAnswer, type PullsLeft } from './registry.ts';

/** The images that the serving nodes of a deployment pull. */
export const imagesOf = ({
  runtime,
  servings,
  servingInstanceType,
  images,
  registry,
  models,
}: DeploymentConfig): readonly NeededImage[] =>
  runtime === 'simulated'
    ? []
    : neededImages({
        servings,
        accelerator: acceleratorOf(servingInstanceType),
        choice: { images, registry },
        buildsModels: models === undefined,
      });

const sizeText = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

const pullsText = ({ left, limit, hours }: PullsLeft): string =>
  `; its registry lets this address pull ${left} of ${limit} images in ${hours} h`;

/** Judges what the registry says about an image. */
export const imageVerdict = ({ name, servings }: NeededImage, answer: ImageAnswer): DoctorCheck => {
  const check = `image ${name.slice(name.lastIndexOf('/') + 1).replace(/@sha256:(.{12}).*$/, '@$1')}`;
  const { host } = locationOf(name);
  const remedy = `name other images for ${servings.join(', ')} as "images", or leave ${servings.length === 1 ? 'it' : 'them'} out of "servings"`;
  if (answer.state === 'found') {
    const { digest, sizeBytes, pulls } = answer;
    const about = `${name}, ${sizeText(sizeBytes)}, ${digest}`;
    // The nodes have other addresses.
    if (pulls?.left === 0) return unknown(check, `${about}${pullsText(pulls)}`);
    return ok(check, `${about}${pulls === undefined ? '' : pullsText(pulls)}`);
  }
  if (answer.state === 'missing') return failed(check, `${host} has no image ${name}`, remedy);
  if (answer.state === 'other-platform') {
    const platforms = answer.platforms.join(', ');
    return failed(check, `${name} is for ${platforms}, but the nodes need linux/amd64`, remedy);
  }
  if (answer.state === 'unreachable') {
    return unknown(check, `${host} cannot be asked for ${name}: ${causeOf(answer.cause)}`);
  }
  if (answer.status === 429) {
    return unknown(check, `${host} lets this address pull no more images for some hours`);
  }
  // Docker Hub does not tell whether an image is private or missing.
  return [401, 403].includes(answer.status)
    ? failed(check, `${host} has no image ${name}, or does not let you read it`, remedy)
    : unknown(check, `${host} answers ${answer.status} to the question for ${name}`);
};

/** The user and password for a registry of ECR, in base64. */
const ecrLogin = async (region: string): Promise<string | undefined> => {
  const aws = createAws(region);
  try {
    const { authorizationData } = await aws.ecr.send(new GetAuthorizationTokenCommand());
    return authorizationData?.[0]?.authorizationToken;
  } finally {
    aws.close();
  }
};

const checkImage = async (image: NeededImage): Promise<DoctorCheck> => {
  const ecr = ecrRegistryOf(image.name);
  try {
    const login = ecr === undefined ? undefined : await ecrLogin(ecr.region);
    return imageVerdict(image, await askRegistry(locationOf(image.name), login));
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return imageVerdict(image, { state: 'unreachable', cause: error });
  }
};

/** Asks the registries about the images that the serving nodes pull. */
export const checkImages = (config: DeploymentConfig): Promise<readonly DoctorCheck[]> =>
  Promise.all(imagesOf(config).map(checkImage));
