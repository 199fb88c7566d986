import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Config } from '../../../config.ts';
import { publicImageParameters } from '../../../deployment/public-images.ts';
import { NODE_ROLES, type NodeRole } from '../../../deployment/tags.ts';
import { BenchError } from '../../errors.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/** Name of the option that pins the image of a role. */
export const amiOptions = { serving: 'servingAmi', middleware: 'middlewareAmi' } as const;

const PIN = 'npx serving-compare doctor --pin-amis';

/** Id of the newest public image for a role; undefined where the region has none. */
export const newestImage = async (aws: Aws, role: NodeRole): Promise<string | undefined> => {
  try {
    const { Parameter } = await aws.ssm.send(
      new GetParameterCommand({ Name: publicImageParameters[role] }),
    );
    return Parameter?.Value;
  } catch (error) {
    if (awsErrorName(error) === 'ParameterNotFound') return undefined;
    throw error;
  }
};

/**
 * Ids of the newest public images of both roles.
 *
 * @throws BenchError where the region lacks one.
 */
export const newestImages = async (aws: Aws): Promise<Readonly<Record<NodeRole, string>>> => {
  const ids = await Promise.all(NODE_ROLES.map((role) => newestImage(aws, role)));
  const missing = NODE_ROLES.find((_, index) => ids[index] === undefined);
  if (missing !== undefined) {
    throw new BenchError(
      'BENCH_NO_IMAGE',
      `${aws.region} has no public image ${publicImageParameters[missing]}`,
      { hint: `give the id of an image as ${amiOptions[missing]} in the configuration` },
    );
  }
  return { serving: ids[0] ?? '', middleware: ids[1] ?? '' };
};

const checkPinned = async (aws: Aws, role: NodeRole, id: string): Promise<Check> => {
  const name = `image ${role}`;
  const gone = failed(name, `${id} is not there in ${aws.region} any more`, PIN);
  try {
    const { Images = [] } = await aws.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    const [image] = Images;
    if (image === undefined) return gone;
    const { Name = '', State, Architecture, DeprecationTime } = image;
    if (State !== 'available') return failed(name, `${id} is ${State ?? 'unavailable'}`, PIN);
    if (Architecture !== undefined && Architecture !== 'x86_64') {
      return failed(name, `${id} is for ${Architecture}, and x86_64 is needed`, PIN);
    }
    const until = DeprecationTime === undefined ? '' : `, deprecated from ${DeprecationTime}`;
    return ok(name, `${id} is pinned: ${Name}${until}`);
  } catch (error) {
    if (!(awsErrorName(error)?.startsWith('InvalidAMIID') ?? false)) throw error;
    return gone;
  }
};

/** Whether the images of the configuration are there, and whether they are pinned. */
export const checkImage = async (aws: Aws, config: Config, role: NodeRole): Promise<Check> => {
  const pinned = config[amiOptions[role]];
  if (pinned !== undefined) return checkPinned(aws, role, pinned);
  const name = `image ${role}`;
  const newest = await newestImage(aws, role);
  return newest === undefined
    ? failed(
        name,
        `${aws.region} has no public image ${publicImageParameters[role]}`,
        `give the id of one as ${amiOptions[role]} in the configuration`,
      )
    : ok(
        name,
        `${newest} is the newest; not pinned, so a later deployment may take another: ${PIN}`,
      );
};
