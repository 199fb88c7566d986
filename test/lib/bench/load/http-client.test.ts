import { readHttpAnswer } from '../../../../lib/bench/load/http-client.ts';

const read = (text: string, isClosed = false) => {
  const answer = readHttpAnswer(Buffer.from(text, 'latin1'), isClosed);
  return answer === undefined ? undefined : { ...answer, body: answer.body.toString('latin1') };
};

const OK = 'HTTP/1.1 200 OK\r\n';

describe('An HTTP/1.1 answer', () => {
  it.each([
    ['has the declared length', `${OK}Content-Length: 3\r\n\r\nabc`, 'abc'],
    [
      'comes in chunks',
      `${OK}Transfer-Encoding: chunked\r\n\r\n2;x=1\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n`,
      'ab0123456789',
    ],
    ['has trailers', `${OK}transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n`, 'a'],
    [
      'follows an informational one',
      `HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 1\r\n\r\na`,
      'a',
    ],
    ['has no reason', 'HTTP/1.1 200\r\ncontent-length: 1\r\n\r\na', 'a'],
  ])('that %s is complete at its last byte and not before', (_title, text, body) => {
    expect(read(text)).toMatchObject({ status: 200, body, keepsOpen: true });
    for (let length = 0; length < text.length; length += 1) {
      expect(read(text.slice(0, length))).toBeUndefined();
      expect(read(text.slice(0, length), true)).toBeUndefined();
    }
  });

  it('without a length ends with the connection', () => {
    expect(read(`${OK}\r\nabc`)).toBeUndefined();
    expect(read(`${OK}\r\nabc`, true)).toMatchObject({ body: 'abc', keepsOpen: false });
  });

  it('without content has no body', () => {
    expect(read('HTTP/1.1 204 No Content\r\n\r\n')).toMatchObject({ status: 204, body: '' });
  });

  it('has its header names in lower case, and joins headers of the same name', () => {
    expect(
      read(`${OK}Server-Timing: a;dur=1\r\nserver-timing:b;dur=2\r\ncontent-length: 0\r\n\r\n`)
        ?.headers,
    ).toEqual({ 'server-timing': 'a;dur=1, b;dur=2', 'content-length': '0' });
  });

  it.each([
    ['asks for it', `${OK}connection: Close\r\ncontent-length: 1\r\n\r\na`],
    ['is HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na'],
    ['is followed by more bytes', `${OK}content-length: 1\r\n\r\nabc`],
  ])('that %s closes its connection', (_title, text) => {
    expect(read(text)).toMatchObject({ body: 'a', keepsOpen: false });
  });

  it.each([
    ['be of another protocol', 'EHLO\r\n'],
    ['have another version', 'HTTP/2 200 OK\r\n\r\n'],
    ['have a status of four digits', 'HTTP/1.1 2000\r\n\r\n'],
    ['switch the protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['have a header without a colon', `${OK}no colon\r\n\r\n`],
    ['have a negative length', `${OK}content-length: -1\r\n\r\n`],
    ['have a chunk without a length', `${OK}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
    ['have 20,000 headers', `${OK}${'a: b\r\n'.repeat(20_000)}`],
  ])('cannot %s', (_, text) => {
    expect(() => read(text)).toThrow('The answer is not HTTP/1.1.');
  });
});
