import {
  parseUnavailable,
  unavailableText,
} from '../../../../lib/aws/contract/unavailable-servings.ts';
import { servingNames } from '../../../../serving-configs/index.ts';

describe('the servings that a node cannot start', () => {
  it('reach the operator with their reasons, each in a line', () => {
    const reason = 'cannot pull "x:1":\nthe registry does not have it\u001B[0m';
    const text = unavailableText([
      { serving: 'mms', reason },
      { serving: 'flask', reason: 'died' },
    ]);

    expect(parseUnavailable(text)).toEqual([
      { serving: 'mms', reason: "cannot pull 'x:1': the registry does not have it [0m" },
      { serving: 'flask', reason: 'died' },
    ]);
    expect(parseUnavailable('')).toEqual([]);
  });

  it('fit into a signal and an output of CloudFormation, even if all of them fail at length', () => {
    const failures = servingNames.map((serving) => ({ serving, reason: '"\\'.repeat(1000) }));
    const text = unavailableText(failures);

    expect(JSON.stringify({ serving: text }).length).toBeLessThan(4096);
    expect(parseUnavailable(text).map(({ serving }) => serving)).toEqual(servingNames);
  });
});
