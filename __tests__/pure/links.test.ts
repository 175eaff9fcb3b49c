import { consoleUrl, imageUrl, logUrl } from '../../src/report/links.ts';

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
    [
      'arn:aws-eusc:ecs:eusc-de-east-1:111122223333:service/main/web',
      'https://eusc-de-east-1.console.amazonaws-eusc.eu/ecs/v2/clusters/main/services/web/deployments?region=eusc-de-east-1',
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

describe('the page of an image', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  it.each([
    [
      `111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web@${digest}`,
      `https://eu-west-1.console.aws.amazon.com/ecr/repositories/private/111122223333/team/web/_/image/${digest}/details?region=eu-west-1`,
    ],
    [
      `111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/web@${digest}`,
      `https://cn-north-1.console.amazonaws.cn/ecr/repositories/private/111122223333/web/_/image/${digest}/details?region=cn-north-1`,
    ],
    [
      `111122223333.dkr-ecr.us-gov-west-1.on.aws/web@${digest}`,
      `https://us-gov-west-1.console.amazonaws-us-gov.com/ecr/repositories/private/111122223333/web/_/image/${digest}/details?region=us-gov-west-1`,
    ],
    [
      `111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu/web@${digest}`,
      `https://eusc-de-east-1.console.amazonaws-eusc.eu/ecr/repositories/private/111122223333/web/_/image/${digest}/details?region=eusc-de-east-1`,
    ],
    [`111122223333.dkr.ecr.us-iso-east-1.c2s.ic.gov/web@${digest}`, undefined],
    ['111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1', undefined],
    [`ghcr.io/team/web@${digest}`, undefined],
    ['', undefined],
  ])('%s', (image, expected) => {
    expect(imageUrl(image)).toBe(expected);
  });
});

describe('the page of a log', () => {
  it.each([
    [
      { region: 'eu-west-1', group: '/ecs/web', stream: 'web/app/1a2b' },
      'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fecs$252Fweb/log-events/web$252Fapp$252F1a2b',
    ],
    [{ region: 'us-iso-east-1', group: 'a', stream: 'b' }, undefined],
    [{ region: 'x"><img>', group: 'a', stream: 'b' }, undefined],
    [
      { region: 'eu-west-1', group: '"><img>\ud800', stream: '$' },
      'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$2522$253E$253Cimg$253E$25EF$25BF$25BD/log-events/$2524',
    ],
  ])('%j', (stream, expected) => {
    expect(logUrl(stream)).toBe(expected);
  });
});
