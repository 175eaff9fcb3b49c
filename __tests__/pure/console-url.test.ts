import { consoleUrl } from '../../src/report/console-url.ts';

describe('the page in the console', () => {
  it.each([
    [
      'arn:aws:ecs:eu-west-1:111122223333:service/main/my_web-1',
      'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/my_web-1/deployments?region=eu-west-1',
    ],
    [
      'arn:aws-cn:ecs:cn-north-1:111122223333:service/main/web',
      'https://cn-north-1.console.amazonaws.cn/ecs/v2/clusters/main/services/web/deployments?region=cn-north-1',
    ],
    [
      'arn:aws-us-gov:ecs:us-gov-west-1:111122223333:service/main/web',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/ecs/v2/clusters/main/services/web/deployments?region=us-gov-west-1',
    ],
    ['arn:aws-iso:ecs:us-iso-east-1:111122223333:service/main/web', undefined],
    ['arn:aws:ecs:eu-west-1:111122223333:service/web', undefined],
    ['arn:aws:ecs::111122223333:service/main/web', undefined],
    ['arn:aws:ecs:evil.example/"><img>:111122223333:service/main/web', undefined],
    ['arn:aws:ecs:eu-west-1:111122223333:service/main/"><img src=x>', undefined],
    ['arn:aws:ecs:eu-west-1:111122223333:service/main/\ud800', undefined],
    ['', undefined],
  ])('of %s', (serviceArn, expected) => {
    expect(consoleUrl({ serviceArn })).toBe(expected);
  });
});
