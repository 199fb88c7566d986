import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Config } from '../../../config.ts';
import { publicImageParameters } from '../../../deployment/public-images.ts';
import type { NodeRole } from '../../../deployment/tags.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/** Name of the option that gives the image of a role. */
const amiOptions = { serving: 'servingAmi', middleware: 'middlewareAmi' } as const;

const checkGiven = async (aws: Aws, role: NodeRole, id: string): Promise<Check> => {
  const name = `image ${role}`;
  const remedy = `give another ${amiOptions[role]}, or none, in the configuration`;
  const gone = failed(name, `${id} is not there in ${aws.region} any more`, remedy);
  try {
    const { Images = [] } = await aws.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    const [image] = Images;
    if (image === undefined) return gone;
    const { Name = '', State, Architecture, DeprecationTime } = image;
    if (State !== 'available') return failed(name, `${id} is ${State ?? 'unavailable'}`, remedy);
    if (Architecture !== undefined && Architecture !== 'x86_64') {
      return failed(name, `${id} is for ${Architecture}, and x86_64 is needed`, remedy);
    }
    const until = DeprecationTime === undefined ? '' : `, deprecated from ${DeprecationTime}`;
    return ok(name, `${id}, ${Name}${until}`);
  } catch (error) {
    if (!(awsErrorName(error)?.startsWith('InvalidAMIID') ?? false)) throw error;
    return gone;
  }
};

/** Whether the image for a role is there. */
export const checkImage = async (aws: Aws, config: Config, role: NodeRole): Promise<Check> => {
  const given = config[amiOptions[role]];
  if (given !== undefined) return checkGiven(aws, role, given);
  const name = `image ${role}`;
  const Name = publicImageParameters[role];
  try {
    const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name }));
    const newest = Parameter?.Value ?? '';
    return ok(name, `${newest} is the newest; a deployment that stands keeps its own`);
  } catch (error) {
    if (awsErrorName(error) !== 'ParameterNotFound') throw error;
    const remedy = `give the id of one as ${amiOptions[role]} in the configuration`;
    return failed(name, `${aws.region} has no public image ${Name}`, remedy);
  }
};
