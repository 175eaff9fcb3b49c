/**
 * Why ECS would not take a text as a file of variables, as a clause; undefined: it is one. ECS documents the ARN of an
 * object in S3 whose name ends in .env, and nothing about its characters.
 */
export function environmentFileFault(value: string): string | undefined {
  if (!/^arn:[^:]+:s3:[^:/]*:[^:/]*:[^/]+\/./s.test(value)) return 'is not the ARN of a file in S3';
  return value.endsWith('.env') ? undefined : 'does not end in .env';
}
