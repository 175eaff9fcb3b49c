/** How bad a finding of a scan is: ECR's own names (documented), the worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'informational'] as const;

export type Severity = (typeof severities)[number];
