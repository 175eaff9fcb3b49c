import { readOptions } from '../../local/options.ts';

describe('the options of npm run local', () => {
  it('have defaults', () => {
    expect(readOptions([])).toEqual({ port: 4700, runtime: undefined, speed: 1, functions: {} });
  });

  it('name functions of the local account, or any by ARN', () => {
    const smoke = 'http://127.0.0.1:8000/smoke?a=b';
    const other = 'arn:aws:lambda:us-east-1:210987654321:function:check';
    const args = ['--function', `smoke=${smoke}`, '--function', `${other}=https://example.com/check`];
    expect(readOptions(args)?.functions).toEqual({
      'arn:aws:lambda:eu-west-1:123456789012:function:smoke': smoke,
      [other]: 'https://example.com/check',
    });
  });

  it.each([
    [['--port', '65536'], '--port 65536 is not a port from 0 to 65535'],
    [['--speed', '0'], '--speed 0 is not a number above 0, up to 10000'],
    [['--runtime', 'podman'], '--runtime podman is neither docker nor simulated'],
    [['--function', 'smoke'], '--function smoke is not NAME=URL, with a URL of http or https'],
    [
      ['--function', '=http://127.0.0.1'],
      '--function =http://127.0.0.1 is not NAME=URL, with a URL of http or https',
    ],
    [
      ['--function', 'smoke=file:///tmp/a'],
      '--function smoke=file:///tmp/a is not NAME=URL, with a URL of http or https',
    ],
  ])('refuse %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });

  it('ask for help', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });
});
