import { AWS_COMMON } from './help-aws.ts';

/** The help of the commands for the deployment itself. */
export const deploymentHelpTexts = {
  doctor: `usage: serving-compare doctor [options]

Checks what a deployment needs, a line each: credentials, region, bootstrap, quotas, zones, images, and, where it is
deployed, agents, versions, bucket and clock. Each failure comes with the command that mends it.

${AWS_COMMON}

examples
  npx serving-compare doctor

exit codes: 0 all is well; 1 something is not; 2 could not run; 130 interrupted
`,
  sweep: `usage: serving-compare sweep [options]

Lists what is left of a deployment: its stacks, its network, and everything with its tags that costs money. Deletes
nothing; each line has the command that does. Roles, documents and the like cost nothing and are not looked for.

${AWS_COMMON}

examples
  npx cdk destroy --all && npx serving-compare sweep

exit codes: 0 nothing is left; 1 something is; 2 could not run; 130 interrupted
`,
  deploy: `usage: serving-compare deploy [options] [-- CDK OPTIONS]

Calls "cdk deploy --all". Where AWS has no capacity for a pair, it goes on in the next of otherAvailabilityZones, or,
with spot "prefer", on demand, and writes what worked into the configuration file. Without availabilityZone and
otherAvailabilityZones it takes the zones that offer both instance types. Prints what it costs and when it ends.

${AWS_COMMON}

examples
  npx serving-compare deploy
  npx serving-compare deploy -- --require-approval never

exit codes: 0 deployed; 1 not deployed; 2 could not run; 130 interrupted
`,
} as const;
