import { parseXML } from '@aws-sdk/xml-builder';

/** A test case of a JUnit report. */
export interface JunitCase {
  readonly kind: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** The message if it did not pass, or the output. */
  readonly text: string;
}

/** A parsed element: attributes and children by name. Several children with the same name are a list. */
interface Element {
  readonly tests?: string;
  readonly failures?: string;
  readonly skipped?: string | Element;
  readonly classname?: string;
  readonly name?: string;
  readonly message?: string;
  readonly failure?: Element;
  readonly 'system-out'?: string;
  readonly testcase?: Element | readonly Element[];
}

const caseOf = ({
  classname = '',
  name = '',
  failure,
  skipped,
  ...element
}: Element): JunitCase => {
  const skip = typeof skipped === 'string' ? undefined : skipped;
  return {
    kind: classname.replace('serving-compare.', ''),
    name,
    state: failure !== undefined ? 'failed' : skip !== undefined ? 'skipped' : 'passed',
    text: (failure ?? skip)?.message ?? element['system-out'] ?? '',
  };
};

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
  const count = (wanted: JunitCase['state']): string =>
    `${cases.filter(({ state }) => state === wanted).length}`;
  expect([testsuite.tests, testsuite.failures, testsuite.skipped]).toEqual([
    `${cases.length}`,
    count('failed'),
    count('skipped'),
  ]);
  return cases;
};
