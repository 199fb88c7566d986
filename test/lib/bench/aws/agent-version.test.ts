import { isAgentNewEnough } from '../../../../lib/bench/aws/agent-version.ts';

describe('the version of the SSM agent', () => {
  it.each(['3.3.2746.0', '3.3.2746.1', '3.3.4793.0', '3.4.0.0', '4.0', '10.0.0.0'])(
    '%s hands parameters over safely',
    (version) => {
      expect(isAgentNewEnough(version)).toBe(true);
    },
  );

  it.each(['3.3.2745.9', '3.2.9999.0', '2.9', '0', '', 'unknown', '3.3'])(
    '%j does not',
    (version) => {
      expect(isAgentNewEnough(version)).toBe(false);
    },
  );
});
