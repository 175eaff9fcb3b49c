/**
 * Says why ECS wouldn't accept a text as an environment file, as a clause; undefined: ECS would. ECS documents the ARN of
 * an object in S3 whose name ends in .env, and nothing about its characters.
 */
export function environmentFileFault(value: string): string | undefined {
  if (!/^arn:[^:]+:s3:[^:/]*:[^:/]*:[^/]+\/./s.test(value)) return "isn't the ARN of a file in S3";
  return value.endsWith('.env') ? undefined : "doesn't end in .env";
}
