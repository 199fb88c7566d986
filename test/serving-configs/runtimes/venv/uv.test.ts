import { settingsOfPip } from '../../../../serving-configs/runtimes/venv/uv.ts';

describe('uv', () => {
  it('gets mirrors, proxies and certificates from pip, because it does not read pip.conf', () => {
    const listed = [
      "global.index-url='https://one.example/simple'",
      String.raw`global.extra-index-url='\nhttps://two.example/simple\nhttps://three.example/simple'`,
      "global.trusted-host='one.example two.example'",
      "install.proxy='http://proxy.example:3128'",
      "global.disable-pip-version-check='1'",
      ":env:.cert='/etc/ssl/certs/ca-certificates.crt'",
      ":env:.default-timeout='180'",
    ];

    expect(settingsOfPip(listed.join('\n'))).toEqual({
      UV_DEFAULT_INDEX: 'https://one.example/simple',
      UV_INDEX: 'https://two.example/simple https://three.example/simple',
      UV_INSECURE_HOST: 'one.example two.example',
      ALL_PROXY: 'http://proxy.example:3128',
      SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
      UV_HTTP_TIMEOUT: '180',
    });
  });

  it('gets the setting that takes effect in pip, whatever their order', () => {
    const listed = [
      ":env:.index-url='https://variable.example'",
      "global.index-url='https://global.example'",
      "install.index-url='https://install.example'",
    ];

    expect(settingsOfPip(listed.join('\n'))).toEqual({
      UV_DEFAULT_INDEX: 'https://variable.example',
    });
    expect(settingsOfPip(listed.slice(1).join('\n'))).toEqual({
      UV_DEFAULT_INDEX: 'https://install.example',
    });
  });

  it('gets nothing if pip has no settings', () => {
    expect(settingsOfPip('')).toEqual({});
  });
});
