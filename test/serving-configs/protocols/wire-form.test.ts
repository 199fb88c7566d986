import {
  boundaryOf,
  formFields,
  formParts,
  isMultipart,
} from '../../../serving-configs/protocols/wire-form.ts';

const fieldsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...formFields(Buffer.from(text, 'latin1'), 'cut')].map(([name, bytes]) => [
      name,
      Buffer.from(bytes).toString('latin1'),
    ]),
  );
const part = (name: string, value: string): string =>
  `--cut\r\nContent-Disposition: form-data; name="${name}"; filename="name=x"\r\nContent-Type: image/jpeg\r\n\r\n${value}\r\n`;

describe('the fields of a form', () => {
  it.each([
    ['one', `${part('data', 'abc')}--cut--\r\n`, { data: 'abc' }],
    ['two', `${part('data', 'a')}${part('body', 'b')}--cut--`, { data: 'a', body: 'b' }],
    ['an empty one', `${part('data', '')}--cut--`, { data: '' }],
    ['ends of lines', `${part('data', 'a\r\n\r\n--cu\r\n')}--cut--`, { data: 'a\r\n\r\n--cu\r\n' }],
    ['a text in front', `text\r\n${part('data', 'a')}--cut--`, { data: 'a' }],
    ['a text behind', `${part('data', 'a')}--cut--\r\n${part('body', 'b')}--cut--`, { data: 'a' }],
    ['one cut off', `${part('data', 'a')}${part('body', 'b')}`, { data: 'a' }],
    ['no headers', `--cut\r\n\r\na\r\n${part('data', 'b')}--cut--`, { data: 'b' }],
    ['no name', '--cut\r\nContent-Disposition: form-data\r\n\r\na\r\n--cut--', {}],
    [
      'a plain name',
      '--cut\r\ncontent-disposition: form-data; name=data\r\n\r\na\r\n--cut--',
      { data: 'a' },
    ],
    ['nothing', '', {}],
    ['another boundary', '--other\r\n\r\na\r\n--other--', {}],
  ])('with %s', (_, text, fields) => {
    expect(fieldsOf(text)).toEqual(fields);
  });

  it.each([
    ['Content-Type: image/jpeg', 'image/jpeg'],
    ['content-type:application/octet-stream \r\nX-Other: y', 'application/octet-stream'],
    ['X-Other: y', ''],
  ])('say what they are by "%s"', (header, type) => {
    const text = `--cut\r\nContent-Disposition: form-data; name="data"\r\n${header}\r\n\r\na\r\n--cut--`;

    expect(formParts(Buffer.from(text), 'cut').get('data')).toMatchObject({ type });
  });

  it.each([
    ['multipart/form-data; boundary=cut', true, 'cut'],
    ['Multipart/Form-Data; charset=utf-8; Boundary="a cut"', true, 'a cut'],
    ['multipart/form-data', true, undefined],
    ['image/jpeg', false, undefined],
  ])('are announced by %s', (contentType, multipart, boundary) => {
    expect([isMultipart(contentType), boundaryOf(contentType)]).toEqual([multipart, boundary]);
  });
});
