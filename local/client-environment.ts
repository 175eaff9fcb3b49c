/**
 * The variables that point an AWS client (SDK, CLI, the action) at a local Fargate. The region has two names, because the
 * AWS CLI reads another one than the SDKs.
 */
export function clientEnvironment(endpoint: string, region: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
