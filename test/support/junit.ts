import { parseXML } from '@aws-sdk/xml-builder';

/** A test case of a JUnit report. */
export interface JunitCase {
  readonly kind: string;
  readonly name: string;
  readonly state: 'passed' | 'failed';
  /** The message of a failure, or the output. */
  readonly text: string;
}

/** A parsed element: attributes and children by name. Several children with the same name are a list. */
interface Element {
  readonly tests?: string;
  readonly failures?: string;
  readonly classname?: string;
  readonly name?: string;
  readonly message?: string;
  readonly failure?: Element;
  readonly 'system-out'?: string;
  readonly testcase?: Element | readonly Element[];
}

const caseOf = ({ classname = '', name = '', failure, ...element }: Element): JunitCase => ({
  kind: classname.replace('serving-compare.', ''),
  name,
  state: failure === undefined ? 'passed' : 'failed',
  text: failure?.message ?? element['system-out'] ?? '',
});

const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;

/**
 * Reads the test cases of a JUnit report.
 *
 * @throws Error if it is not well-formed, or its counts do not match its cases
 */
export const readJunit = (xml: string): readonly JunitCase[] => {
  if (xml.replaceAll(ENTITY, '').includes('&')) throw new Error('an ampersand is not escaped');
  const { testsuite } = parseXML(xml).testsuites as { readonly testsuite: Element };
  const cases = [testsuite.testcase ?? []].flat().map(caseOf);
  const failed = cases.filter(({ state }) => state === 'failed');
  expect([testsuite.tests, testsuite.failures]).toEqual([`${cases.length}`, `${failed.length}`]);
  return cases;
};
