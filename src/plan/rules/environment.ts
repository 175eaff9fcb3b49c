import type { TaskDefinitionDocument } from '../../task-definition/document.ts';
import { environmentFileFault } from '../../task-definition/environment-file.ts';
import { isSecretReference } from '../../task-definition/secret-value.ts';
import { listIn, objectIn, textIn, wordIn } from '../../text/json.ts';
import { forEachContainer, type Rule, violation } from './rule.ts';

/** ECS's rules for variables, secrets and files of variables (documented). */
export const environmentRules: readonly Rule<TaskDefinitionDocument>[] = [
  // ECS says: "The secret name must be unique and not shared with any new or existing environment variables set on the
  // container, such as 'X'."
  forEachContainer('environment', ({ container, place }) => {
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
  // ECS says: "Duplicate secret names found: X. Each secret name must be unique." Of variables no such refusal is known.
  forEachContainer('secret-names', ({ container, place }) => {
    const names = listIn(container.secrets).flatMap((item) => textIn(objectIn(item).name) ?? []);
    const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
    return [...twice].flatMap((name) =>
      violation(place, `secrets[${name}]`, `There are several secrets ${name}.`, 'Keep one of them.'),
    );
  }),
  forEachContainer('secret-value', ({ container, place }) => {
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
            { judged: valueFrom },
          );
    });
  }),
  forEachContainer('environment-files', ({ container, place }) => {
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
        const fault = environmentFileFault(value);
        return fault === undefined
          ? []
          : violation(
              place,
              `environmentFiles[${index}]`,
              `${JSON.stringify(value)} ${fault}.`,
              'Write arn:aws:s3:::BUCKET/KEY.env.',
            );
      }),
    ];
  }),
];
