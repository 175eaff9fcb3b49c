import { listIn, objectIn, wordIn } from '../aws/json.ts';
import type { TaskDefinitionDocument } from '../task-definition/document.ts';
import { isSecretReference } from '../task-definition/secret-value.ts';
import { ofEach, violation } from './container-rule.ts';
import type { Rule } from './rule.ts';

/** What ECS demands of variables, secrets and files of variables (documented). */
export const environmentRules: readonly Rule<TaskDefinitionDocument>[] = [
  ofEach('environment', ({ container, place }) => {
    const secrets = new Set(listIn(container.secrets).map((item) => objectIn(item).name));
    return listIn(container.environment).flatMap((item) => {
      const { name } = objectIn(item);
      return typeof name === 'string' && secrets.has(name)
        ? violation(
            place,
            `environment[${name}]`,
            `${name} is a variable and a secret; ECS refuses a name in both.`,
            'Keep one of the two.',
          )
        : [];
    });
  }),
  ofEach('secret-value', ({ container, place }) => {
    const ofLog = listIn(objectIn(container.logConfiguration).secretOptions);
    return [...listIn(container.secrets), ...ofLog].flatMap((item) => {
      const { name, valueFrom } = objectIn(item);
      return isSecretReference(wordIn(valueFrom))
        ? []
        : violation(
            place,
            `secrets[${wordIn(name)}]`,
            'Its valueFrom is neither an ARN of Secrets Manager or the Parameter Store nor the name of a parameter. It is not shown, since it may be the secret itself.',
            'Put the secret into Secrets Manager or the Parameter Store, and name it here. If it was committed, change it.',
          );
    });
  }),
  ofEach('environment-files', ({ container, place }) => {
    const files = listIn(container.environmentFiles);
    return [
      ...(files.length > 10
        ? violation(
            place,
            'environmentFiles',
            `There are ${files.length} files; ECS takes 10.`,
            'Put some together.',
          )
        : []),
      ...files.flatMap((item, index) => {
        const value = wordIn(objectIn(item).value);
        return /^arn:[^:]+:s3:::.+\.env$/.test(value)
          ? []
          : violation(
              place,
              `environmentFiles[${index}]`,
              `${JSON.stringify(value)} is not the ARN of a file in S3 whose name ends in .env.`,
              'Write arn:aws:s3:::BUCKET/KEY.env.',
            );
      }),
    ];
  }),
];
