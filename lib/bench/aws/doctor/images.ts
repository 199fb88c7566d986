import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Config } from '../../../config.ts';
import { publicImageParameters } from '../../../deployment/public-images.ts';
import type { NodeRole } from '../../../deployment/tags.ts';
import { awsErrorName } from '../aws-error.ts';
import type { Aws } from '../clients.ts';
import { failed, ok, type Check } from './check.ts';

/** Name of the option that gives the image of a role. */
const amiOptions = { serving: 'servingAmi', middleware: 'middlewareAmi' } as const;

/** Whether the image for a role is there. */
export const checkImage = async (aws: Aws, config: Config, role: NodeRole): Promise<Check> => {
  const given = config[amiOptions[role]];
  const name = `image ${role}`;
  if (given !== undefined) return ok(name, `${given}, as the configuration says`);
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
