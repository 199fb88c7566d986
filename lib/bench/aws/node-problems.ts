import type { NodeState } from './nodes.ts';

/** Why a node cannot take part, and what fixes it. */
export interface NodeProblem {
  readonly pair: number;
  readonly instanceId: string;
  readonly what: string;
  readonly remedy: string;
}

const GONE = new Set(['gone', 'terminated', 'shutting-down']);

/** A pair whose node ended itself, or was ended, comes back only with a new stack. */
const replace = (deployment: string, pair: number): string =>
  `deploy the pair again: npx cdk destroy ${deployment}-pair-${pair} && npx cdk deploy --all`;

const agentProblem = ({ isAgentOnline, instanceId }: NodeState, region: string) => {
  if (isAgentOnline === undefined) {
    return {
      what: 'its SSM agent never called, so no command reaches it',
      remedy: `see its log: aws ec2 get-console-output --latest --output text --region ${region} --instance-id ${instanceId}`,
    };
  }
  if (!isAgentOnline) {
    return {
      what: 'its SSM agent lost the connection',
      remedy: `wait a minute; if it stays so: aws ec2 reboot-instances --region ${region} --instance-ids ${instanceId} (a run goes on by itself)`,
    };
  }
  return undefined;
};

/** What hinders nodes from taking part in a run. Pure. */
export const nodeProblems = (
  deployment: string,
  region: string,
  nodes: readonly NodeState[],
): readonly NodeProblem[] =>
  nodes.flatMap((node) => {
    const { pair, role, instanceId, state, stateReason } = node;
    const who = `the ${role} node of pair ${pair} (${instanceId})`;
    const problem = (what: string, remedy: string): readonly NodeProblem[] => [
      { pair, instanceId, what, remedy },
    ];
    if (GONE.has(state)) {
      const why = stateReason === undefined ? '' : `: ${stateReason}`;
      return problem(
        `${who} is ${state}${why}; its deadline may have passed`,
        replace(deployment, pair),
      );
    }
    if (state !== 'running') {
      return problem(
        `${who} is ${state}`,
        `start it: aws ec2 start-instances --region ${region} --instance-ids ${instanceId}`,
      );
    }
    const agent = agentProblem(node, region);
    return agent === undefined ? [] : problem(`${who}: ${agent.what}`, agent.remedy);
  });
