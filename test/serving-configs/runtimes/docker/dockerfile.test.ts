import { readDockerfile } from '../../../../serving-configs/runtimes/docker/image-source.ts';

describe('a Dockerfile', () => {
  it('names its base images by the arguments that may replace them, and what it copies', () => {
    const text = `ARG PYTHON_IMAGE=python:3.11
ARG OTHER_IMAGE
FROM \${PYTHON_IMAGE}
ARG PLATFORM
COPY a.txt b/\${PLATFORM}.txt \\
  /somewhere/
COPY --from=other /program /program
COPY c /c
`;

    expect(readDockerfile(text, { PLATFORM: 'one' })).toEqual({
      bases: { PYTHON_IMAGE: 'python:3.11' },
      copied: ['a.txt', 'b/one.txt', 'c'],
    });
  });
});
