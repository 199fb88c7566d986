import type { DeploymentConfig } from '../../../aws/config/index.ts';
import { wrapAwsError } from '../../aws/aws-error.ts';
import { createAws, type Aws } from '../../aws/clients.ts';
import { findDeployment, findRemains, type Deployment } from '../../aws/find-deployment.ts';
import { readBenchConfig } from '../../aws/read-config.ts';

/** Everything that a command on AWS works with. */
export interface AwsContext {
  readonly config: DeploymentConfig;
  readonly aws: Aws;
}

/**
 * Calls a function with the configuration and the AWS clients of its region, and closes the clients afterwards.
 *
 * @throws BenchError. AWS errors are wrapped unless they already are one.
 */
export const withAws = async <Result>(
  configFile: string | undefined,
  use: (context: AwsContext) => Promise<Result>,
): Promise<Result> => {
  const config = readBenchConfig(configFile);
  const aws = createAws(config.region);
  try {
    return await use({ config, aws });
  } catch (error) {
    throw wrapAwsError(error);
  } finally {
    aws.close();
  }
};

type DeploymentContext = AwsContext & { readonly deployment: Deployment };

const withFound =
  (find: typeof findDeployment) =>
  <Result>(
    configFile: string | undefined,
    use: (context: DeploymentContext) => Promise<Result>,
  ): Promise<Result> =>
    withAws(configFile, async (context) =>
      use({ ...context, deployment: await find(context.aws, context.config.name) }),
    );

/** Like {@link withAws}, for commands that need a complete deployment. */
export const withDeployment = withFound(findDeployment);

/** Like {@link withDeployment}, but also accepts stacks that failed or are half deleted. */
export const withRemains = withFound(findRemains);
